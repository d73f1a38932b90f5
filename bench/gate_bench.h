/* gate_bench.h - what the files of gate_bench share. */
#ifndef BENCH_GATE_BENCH_H
#define BENCH_GATE_BENCH_H

#include <openssl/x509.h>

double now_us(void);
void fail(const char *what) __attribute__((noreturn));

/* The text of a file; caller frees. */
char *read_text(const char *name);
/* "NAME=VALUE"; caller frees. */
char *variable(const char *name, const char *value);
/* The certificate of a PEM text; caller frees. */
X509 *parse(const char *pem);

/* gate_bench_server.c */
void bench_warm(int argc, char **argv);
void bench_cold(int argc, char **argv);
void bench_bare(int argc, char **argv);
void bench_turn(int argc, char **argv);

#endif
