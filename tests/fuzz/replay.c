/*
 * Run a fuzz target over the files of its corpus, as a TAP test: the target
 * named like this program, tests/fuzz/corpus/<name>/.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define INPUT_MAX (32 * 1024 * 1024)

static int
replay(const char *dir, const char *name, unsigned char *data)
{
	char path[1024];
	size_t n;
	FILE *fp;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >=
		sizeof path ||
	    (fp = fopen(path, "rb")) == NULL)
		return -1;
	n = fread(data, 1, INPUT_MAX, fp);
	(void)fclose(fp);
	return LLVMFuzzerTestOneInput(data, n);
}

int
main(int argc, char *argv[])
{
	const char *slash = strrchr(argv[0], '/');
	unsigned char *data = malloc(INPUT_MAX);
	struct dirent *e;
	char dir[512];
	unsigned n = 0;
	DIR *d;

	(void)argc;
	(void)snprintf(dir, sizeof dir, "tests/fuzz/corpus/%s",
	    slash != NULL ? slash + 1 : argv[0]);
	if (data == NULL || (d = opendir(dir)) == NULL) {
		printf("1..1\nnot ok 1 - no corpus in %s\n", dir);
		return 1;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		printf("%sok %u - %s/%s\n",
		    replay(dir, e->d_name, data) == 0 ? "" : "not ", ++n, dir,
		    e->d_name);
	}
	(void)closedir(d);
	printf("1..%u\n", n);
	free(data);
	return n == 0;
}
