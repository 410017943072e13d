-- Recognising an application that became an order before.

-- name: apply_by_request
SELECT id, number, content, key, created FROM orders WHERE request = :request;

-- name: apply_by_content
SELECT id, number, content, key, created FROM orders
WHERE request IS NULL AND content = :content;
