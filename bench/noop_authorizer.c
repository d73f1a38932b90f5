/* noop_authorizer.c - what libfcgi does with no work in it: a loop as its
 * documents show, in N threads, which grants everything.
 *   noop_authorizer SOCKET THREADS */
#include <fcgiapp.h>
#include <pthread.h>
#include <stdlib.h>

static int sock;

static void *work(void *arg)
{
	FCGX_Request request;

	FCGX_InitRequest(&request, sock, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Status: 200 OK\r\n\r\n", request.out);
		FCGX_Finish_r(&request);
	}
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 3 || FCGX_Init() != 0)
		return 2;
	sock = FCGX_OpenSocket(argv[1], 128);
	if (sock < 0)
		return 2;
	for (int i = 1; i < atoi(argv[2]); i++)
		if (pthread_create(&thread, NULL, work, NULL) != 0)
			return 2;
	work(NULL);
	return 0;
}
