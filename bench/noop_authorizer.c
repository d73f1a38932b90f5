/* noop_authorizer.c - what libfcgi does with no work in it: a loop as its
 * documents show, in N threads, which grants everything. With LOG it appends
 * a fixed line of LENGTH bytes to that before each answer.
 *   noop_authorizer SOCKET THREADS [LOG LENGTH] */
#include <fcgiapp.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static int sock;
static int log_fd = -1;
static char *line;
static size_t line_len;

static void *work(void *arg)
{
	FCGX_Request request;

	FCGX_InitRequest(&request, sock, 0);
	while (FCGX_Accept_r(&request) == 0) {
		if (log_fd >= 0 &&
		    write(log_fd, line, line_len) != (ssize_t)line_len)
			exit(2);
		FCGX_PutS("Status: 200 OK\r\n\r\n", request.out);
		FCGX_Finish_r(&request);
	}
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if ((argc != 3 && argc != 5) || FCGX_Init() != 0)
		return 2;
	if (argc == 5) {
		log_fd = open(argv[3], O_WRONLY | O_APPEND | O_CREAT, 0640);
		line_len = (size_t)atol(argv[4]);
		line = calloc(1, line_len);
		if (log_fd < 0 || !line)
			return 2;
	}
	sock = FCGX_OpenSocket(argv[1], 128);
	if (sock < 0)
		return 2;
	for (int i = 1; i < atoi(argv[2]); i++)
		if (pthread_create(&thread, NULL, work, NULL) != 0)
			return 2;
	work(NULL);
	return 0;
}
