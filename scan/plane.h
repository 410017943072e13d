/*
 * A plane: one octet a pixel, 0 black, with the way back to the image that it
 * was made from.  The ways to change it that bring out codes.
 */
#ifndef SCAN_PLANE_H
#define SCAN_PLANE_H

#include "scan/image.h"

struct scan_plane {
	uint32_t width, height;
	unsigned char *px;
	double from[6]; /* x of the image: [0] x + [1] y + [2]; y: the rest */
};

/* Red: what is printed in black under a red seal, without the seal. */
enum scan_channel { SCAN_RED, SCAN_GRAY };
void scan_plane_make(const struct scan_out *, const struct scan_image *,
    enum scan_channel, struct scan_plane *ret);
/* Take shadows and grey paper off: the light of each place is 255 after. */
void scan_plane_flatten(const struct scan_out *, struct scan_plane *);
void scan_plane_sharpen(
    const struct scan_out *, const struct scan_plane *, struct scan_plane *ret);
/* Turned by so many degrees, then so many times as large. */
void scan_plane_turn(const struct scan_out *, const struct scan_plane *,
    double degrees, double scale, struct scan_plane *ret);
/* Take the mean down or along the lines: makes bars of that direction clean,
 * and QR codes unreadable. */
void scan_plane_smear(const struct scan_out *, struct scan_plane *, bool down);
void scan_plane_free(struct scan_plane *);

#endif /* SCAN_PLANE_H */
