/* standalone.c - a main for a fuzz target without libFuzzer: each file that is
 * named is one input. */
#include <stdio.h>

#include "fuzz.h"

enum { MAX_INPUT = 1 << 20 };

static int run(const char *path)
{
	uint8_t *data = malloc(MAX_INPUT);
	FILE *file = fopen(path, "rb");

	if (!data || !file) {
		perror(path);
		free(data);
		return 1;
	}
	size_t size = fread(data, 1, MAX_INPUT, file);
	fclose(file);
	uint8_t *whole = realloc(data, size ? size : 1);
	LLVMFuzzerTestOneInput(whole ? whole : data, size);
	free(whole ? whole : data);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = argc < 2;

	for (int i = 1; i < argc; i++)
		failed |= run(argv[i]);
	return failed;
}
