/* What a scan may cost, whatever it is. */
#ifndef SCAN_LIMITS_H
#define SCAN_LIMITS_H

#define SCAN_FILE_MAX (64u * 1024 * 1024)   /* octets, as ca-upload takes */
#define SCAN_PIXELS_MAX (80u * 1000 * 1000) /* a page: A3 at 600 dpi has 70 M */
#define SCAN_SIDE_MAX 40000u                /* pixels */
#define SCAN_PAGES_MAX 200u                 /* a file */
#define SCAN_CODES_MAX 16u                  /* a page */
#define SCAN_TEXT_MAX 512u                  /* octets of a code */
#define SCAN_THUMB_LEAST 16u                /* pixels of its longer side */
#define SCAN_THUMB_SIDE 720u                /* and at most */
#define SCAN_THUMB_MAX (256u * 1024)        /* octets */
#define SCAN_WORDS_MAX 600u                 /* octets of a refusal */
#define SCAN_JOIN_MAX 64u                   /* files */

/* Time of the processor: that for a file, and that for each page read. */
#define SCAN_FILE_MS 4000u
#define SCAN_PAGE_MS 500u
#define SCAN_WALL 3u /* times as much may pass by the clock on the wall */
#define SCAN_MEMORY (1024u * 1024 * 1024) /* octets of address space */
#define SCAN_DESCRIPTORS 32u

#endif /* SCAN_LIMITS_H */
