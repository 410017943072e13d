/* Threads that share nothing but the number of the next item. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/pool.h"

#define POOL_MAX 64 /* threads beside the caller */

struct pool {
	void (*work)(void *, size_t);
	void *arg;
	size_t n;
	atomic_size_t next;
};

static void *
drain(void *data)
{
	struct pool *pool = data;
	size_t i;

	while ((i = atomic_fetch_add(&pool->next, 1)) < pool->n)
		pool->work(pool->arg, i);
	return NULL;
}

void
cao_pool_run(
    unsigned jobs, size_t n, void (*work)(void *arg, size_t i), void *arg)
{
	struct pool pool = { .work = work, .arg = arg, .n = n };
	pthread_t threads[POOL_MAX];
	size_t want = jobs > POOL_MAX ? POOL_MAX : jobs, have = 0;
	sigset_t all, before;

	atomic_init(&pool.next, 0);
	want = want > n ? n : want;
	/* Signals are the caller's: no thread of the pool takes one. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	while (have + 1 < want &&
	    pthread_create(&threads[have], NULL, drain, &pool) == 0)
		have++;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)drain(&pool);
	while (have > 0)
		(void)pthread_join(threads[--have], NULL);
}
