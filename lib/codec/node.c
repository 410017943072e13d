#include "codec/node.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 64

void
cao_node_free(struct cao_node *node)
{
	struct cao_node *rest = NULL, *last, *next;

	if (node == NULL)
		return;
	/* What is below is put in front of what is left, so that no depth of
	 * nesting uses the stack. */
	for (node->next = NULL; node != NULL; node = next) {
		next = rest;
		if (node->children != NULL) {
			for (last = node->children; last->next != NULL;)
				last = last->next;
			last->next = rest;
			next = node->children;
		}
		rest = next != NULL ? next->next : NULL;
		free(node->text);
		free(node->key);
		free(node);
	}
}

static const struct cao_node *
member(const struct cao_node *map, const char *key, size_t len)
{
	const struct cao_node *n;

	if (map == NULL || map->kind != CAO_MAP)
		return NULL;
	for (n = map->children; n != NULL; n = n->next)
		if (n->key != NULL && strncmp(n->key, key, len) == 0 &&
		    n->key[len] == '\0')
			return n;
	return NULL;
}

/* The element that "[N]" at *path names; *path is moved behind it. */
static const struct cao_node *
element(const struct cao_node *list, const char **path)
{
	const struct cao_node *n;
	char *end;
	unsigned long i;

	i = strtoul(*path + 1, &end, 10);
	if (list == NULL || list->kind != CAO_LIST || *end != ']')
		return NULL;
	*path = end + 1;
	for (n = list->children; n != NULL && i > 1; i--)
		n = n->next;
	return i == 1 ? n : NULL;
}

size_t
cao_node_count(const struct cao_node *node)
{
	size_t count = 0;

	for (node = node->children; node != NULL; node = node->next)
		count++;
	return count;
}

const struct cao_node *
cao_node_get(const struct cao_node *map, const char *key)
{
	return member(map, key, strlen(key));
}

const struct cao_node *
cao_node_find(const struct cao_node *node, const char *path)
{
	size_t len;

	while (node != NULL && *path != '\0') {
		if (*path == '[') {
			node = element(node, &path);
			continue;
		}
		path += *path == '.';
		len = strcspn(path, ".[");
		node = member(node, path, len);
		path += len;
	}
	return node;
}

int
cao_node_shown(const char *text)
{
	size_t n = strnlen(text, SHOWN_MAX + 1);

	if (n > SHOWN_MAX)
		for (n = SHOWN_MAX; n > 0 && (text[n] & 0xc0) == 0x80;)
			n--;
	return (int)n;
}
