/* A bar on the terminal while something takes its time. */
#include <sys/ioctl.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define BAR 20
#define NAME_WIDTH 24
#define FILES_WIDTH 16
#define INTERVAL_MS 100
#define DELAY_MS 200 /* what is done sooner needs no bar */

static struct {
	bool shown;
	char what[NAME_WIDTH * 4 + 1];
	uint64_t total;
	size_t file, files;  /* of several: which, of how many; 0: unknown */
	int64_t began, last; /* ms */
} bar;

/* May there be one at all? */
static bool
wanted(void)
{
	static int known = -1;
	const char *term = getenv("TERM");

	if (known == -1)
		known = !cli.quiet && isatty(STDERR_FILENO) && term != NULL &&
		    strcmp(term, "dumb") != 0;
	return known == 1;
}

void
cli_progress_clear(void)
{
	if (!bar.shown)
		return;
	fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	bar.shown = false;
}

/* The beginning of a text that fits, taking all but ASCII as two columns. */
static void
cut(char out[NAME_WIDTH * 4 + 1], const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0;
	int width = 0;

	for (; s[n] != '\0'; n++) {
		if ((s[n] & 0xc0) != 0x80)
			width += s[n] < 0x80 ? 1 : 2;
		if (width > NAME_WIDTH || n == NAME_WIDTH * 4)
			break;
	}
	memcpy(out, text, n);
	out[n] = '\0';
}

/* "1.5 MB"; nothing has more than the letters below. */
static void
octets(char *out, size_t size, uint64_t n)
{
	static const char unit[] = "kMGTPE";
	double d = (double)n / 1000;
	size_t i = 0;

	for (; d >= 1000 && i + 2 < sizeof unit; i++)
		d /= 1000;
	(void)snprintf(out, size, "%.1f %cB", d, unit[i]);
}

static int
columns(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == -1 || w.ws_col == 0)
		return 80;
	return w.ws_col;
}

static void
draw(uint64_t done, uint64_t total, uint64_t per_second, bool is_octets)
{
	char much[32], rate[32];
	int full = total == 0 ? BAR : (int)(done * BAR / total);
	uint64_t left =
	    per_second == 0 || total == 0 ? 0 : (total - done) / per_second;

	if (is_octets) {
		octets(much, sizeof much, done);
		octets(rate, sizeof rate, per_second);
	} else {
		(void)snprintf(much, sizeof much, "%llu/%llu",
		    (unsigned long long)done, (unsigned long long)total);
		(void)snprintf(
		    rate, sizeof rate, "%llu", (unsigned long long)per_second);
	}
	fputs("\r\033[K", stderr);
	if (columns() >= 80 + (bar.file > 0 ? FILES_WIDTH : 0))
		cli_put(stderr, bar.what);
	if (total > 0)
		fprintf(stderr, " [%.*s%*s]", full, "####################",
		    BAR - full, "");
	if (bar.files > 0)
		fprintf(stderr, _(" file %zu/%zu "), bar.file, bar.files);
	else if (bar.file > 0)
		fprintf(stderr, _(" file %zu "), bar.file);
	fprintf(stderr, " %s  %s/s", much, rate);
	if (total > 0)
		fprintf(stderr, "  %llu:%02llu",
		    (unsigned long long)(left / 60),
		    (unsigned long long)(left % 60));
	(void)fflush(stderr);
}

/* Is it about something else than before? */
static bool
another(const char *what, uint64_t total)
{
	if (bar.total != total)
		return true;
	return bar.file == 0 &&
	    (strncmp(bar.what, what, strlen(bar.what)) != 0 ||
		*bar.what == '\0');
}

static void
step(const char *what, uint64_t done, uint64_t total, bool is_octets)
{
	int64_t now;
	uint64_t rate = 0;

	if (!wanted() || (done > total && total > 0))
		return;
	now = cli_clock();
	if (another(what, total)) {
		bar.total = total;
		bar.began = now;
	}
	cut(bar.what, what);
	if (now - bar.began < DELAY_MS || now - bar.last < INTERVAL_MS)
		return;
	bar.last = now;
	rate = done * 1000 / (uint64_t)(now - bar.began);
	draw(done, total, rate, is_octets);
	bar.shown = true;
	if (done == total)
		cli_progress_clear();
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

void
cli_progress(void *arg, const char *path, uint64_t done, uint64_t total)
{
	(void)arg;
	bar.file = bar.files = 0;
	step(last_part(path), done, total, true);
}

void
cli_progress_files(
    const char *path, size_t file, size_t files, uint64_t done, uint64_t total)
{
	bar.file = file;
	bar.files = files;
	step(last_part(path), done, total, true);
}

void
cli_progress_tally(void *arg, const char *path, uint64_t done, uint64_t total)
{
	static uint64_t before; /* octets of files that are done */
	static size_t count;
	const struct cli_tally *all = arg;

	cli_progress_files(
	    path, count + 1, all->files, before + done, all->octets);
	if (done == total) {
		before += total;
		count++;
	}
}

void
cli_progress_items(void *arg, uint64_t done, uint64_t total)
{
	(void)arg;
	bar.file = bar.files = 0;
	step(cli.name, done, total, false);
}
