/* What is seen on a page without reading it. */
#ifndef SCAN_LOOK_H
#define SCAN_LOOK_H

#include "scan/image.h"

/* Is there nothing on it, whatever the light? */
bool scan_look_blank(const struct scan_out *, const struct scan_image *);

/* The share and place of saturated red, and whether it looks like the
 * impression of a seal.  A hint: a red picture may pass, a pale seal not. */
void scan_look_seal(const struct scan_image *, struct scan_facts *ret);

/* Tell the page as a small JPEG picture. */
void scan_look_thumb(const struct scan_out *, const struct scan_image *);

#endif /* SCAN_LOOK_H */
