/* The one place with threads: pure work over the items of an array. */
#ifndef CAO_BASE_POOL_H
#define CAO_BASE_POOL_H

#include <stddef.h>

/*
 * Call work(arg, i) for every i below n, by up to jobs threads, and return
 * when all are done.  work must touch nothing shared but its own item.  With
 * one job, or where no thread can be had, it runs in the caller.
 */
void cao_pool_run(
    unsigned jobs, size_t n, void (*work)(void *arg, size_t i), void *arg);

#endif /* CAO_BASE_POOL_H */
