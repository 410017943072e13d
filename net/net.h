/*
 * Paying by WeChat: what ca-pay does over the network, and behind a web
 * server.
 */
#ifndef NET_H
#define NET_H

#include <stdio.h>

#include "caorder.h"

/* Have the orders be paid by WeChat Pay, and print their codes: wechat.c. */
CAO_MUST enum cao_status net_order(int argc, char *argv[], struct cao_error *);
/* Ask for what has no end yet: of these orders, or of all. */
CAO_MUST enum cao_status net_poll(int argc, char *argv[], struct cao_error *);
/* Pay back, and send what came by WeChat Pay. */
CAO_MUST enum cao_status net_refund(int argc, char *argv[], struct cao_error *);
/* Hold that bill to what is recorded: bill.c. */
extern const char *net_bill_file;
CAO_MUST enum cao_status net_bill(int argc, char *argv[], struct cao_error *);
/* Receive a notice from a web server (RFC 3875): notify.c. */
CAO_MUST enum cao_status net_notify(int argc, char *argv[], struct cao_error *);

/* A connection, opened by the first request: http.c. */
struct http;
CAO_MUST enum cao_status http_open(struct http **ret, struct cao_error *);
void http_close(struct http *);
/* A cao_wechat_send, whose arg is the above. */
cao_wechat_send http_send;

/* Print a text as a QR code, dark on light whatever the terminal has: qr.c. */
CAO_MUST enum cao_status qr_print(FILE *, const char *, struct cao_error *);

#endif /* NET_H */
