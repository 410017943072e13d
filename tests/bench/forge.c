/*
 * Make applications by the thousand: a YAML stream on standard output, each
 * with a request made here, so that no PIN is in the way.
 *
 *	forge COUNT ALGORITHM PREFIX [FOLDER]
 *
 * With a folder each request is written there too, as PREFIX-N.csr.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/csr.h"

static int
write_csr(const char *folder, const char *name, const struct cao_buf *pem)
{
	char path[512];
	FILE *fp;
	int bad;

	(void)snprintf(path, sizeof path, "%s/%s.csr", folder, name);
	if ((fp = fopen(path, "w")) == NULL)
		return -1;
	bad = fwrite(pem->data, 1, pem->len, fp) != pem->len;
	return fclose(fp) != 0 || bad ? -1 : 0;
}

/* A PEM block as a YAML literal, indented. */
static void
put_csr(const struct cao_buf *pem)
{
	const char *line = (const char *)pem->data;

	puts("csr: |");
	while (*line != '\0') {
		size_t n = strcspn(line, "\n");

		printf("  %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
}

static void
put_application(const char *name, const char *algorithm, long i)
{
	printf("---\nrequest: %s\nservice: ln-gov-employee-mkey\n"
	       "business: new\nvalidity: 12\nalgorithm: %s\n"
	       "consent: {agreement: \"2020-03-09\", "
	       "privacy: \"2020-03-09\"}\n"
	       "user: {name: 林晓, id_type: resident-id, "
	       "id_number: \"210102199003078881\", country: CN, "
	       "province: 辽宁, phone: \"13800000001\", department: D%ld}\n"
	       "organisation: {name: 沈阳示例科技有限公司, id_type: uscc, "
	       "id_number: 91210100MA0ABCDE6X, country: CN, "
	       "province: 辽宁, address: 沈阳市沈河区十三纬路1号}\n"
	       "handler: {like: user, address: 沈阳市沈河区十三纬路1号, "
	       "phone: \"13800000001\", email: linxiao@example.cn}\n"
	       "authorisation: {from: 2026-11-01, to: 2027-04-30}\n",
	    name, algorithm, i);
}

static int
forge(long i, enum cao_algorithm algorithm, const char *prefix,
    const char *folder)
{
	const struct cao_subject subject = { .country = "CN",
		.common_name = "林晓" };
	struct cao_buf der = { 0 }, pem = { 0 };
	struct cao_key *key = NULL;
	struct cao_error err;
	char name[128];
	int rc = -1;

	(void)snprintf(name, sizeof name, "%s-%ld", prefix, i);
	if (cao_key_generate(algorithm, &key, &err) != CAO_OK ||
	    cao_csr_make(key, &subject, &der, &err) != CAO_OK) {
		fprintf(stderr, "forge: %s\n", err.text);
		goto out;
	}
	cao_pem_put(&pem, "CERTIFICATE REQUEST", der.data, der.len);
	put_application(name, cao_algorithm_names[algorithm], i);
	put_csr(&pem);
	rc = folder == NULL ? 0 : write_csr(folder, name, &pem);
out:
	cao_buf_free(&pem);
	cao_buf_free(&der);
	cao_key_free(key);
	return rc;
}

int
main(int argc, char *argv[])
{
	enum cao_algorithm algorithm;
	long n;

	if (argc < 4 || !cao_algorithm_find(argv[2], &algorithm)) {
		fprintf(
		    stderr, "usage: forge COUNT ALGORITHM PREFIX [FOLDER]\n");
		return 2;
	}
	n = strtol(argv[1], NULL, 10);
	for (long i = 1; i <= n; i++)
		if (forge(i, algorithm, argv[3], argc > 4 ? argv[4] : NULL) !=
		    0)
			return 1;
	return fflush(stdout) == 0 ? 0 : 1;
}
