/* cgi_noop.c - a CGI program that does nothing. bench/cgi.sh links it with all
 * libraries that mtlsgate is linked with, and with the same flags. */
#include <stdio.h>

int main(void)
{
	fputs("Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n", stdout);
	return 0;
}
