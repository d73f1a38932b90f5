/* tables.c - prints the name of every row of every table, one a line after
 * the word for its table, for the check of the manual pages against them. */
#include <stdio.h>
#include <stdlib.h>

#include "attr.h"
#include "credential.h"
#include "ctl_doctor_cause.h"
#include "endpoint.h"
#include "load.h"
#include "reason.h"

static void print_settings(void)
{
	const char *section;
	const char *key;

	for (size_t i = 0; setting_table_row(i, &section, &key); i++)
		printf("setting %s %s\n", section, key);
}

static void print_attributes(void)
{
	for (size_t i = 0; attr_table_name(i); i++)
		printf("attribute %s\n", attr_table_name(i));
}

static void print_endpoints(void)
{
	for (size_t i = 0; endpoint_table_name(i); i++)
		printf("endpoint %s\n", endpoint_table_name(i));
}

static void print_sources(void)
{
	for (int i = 0; i < SOURCE_COUNT; i++)
		printf("source %s\n", source_row((enum source)i)->name);
}

static void print_reasons(void)
{
	for (int i = 0; i < REASON_COUNT; i++)
		printf("reason %s\n", reason_row((enum reason)i)->name);
}

static void print_causes(void)
{
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++)
		printf("cause %s\n", cause_row((enum cause)i)->name);
}

int main(void)
{
	print_settings();
	print_attributes();
	print_sources();
	print_reasons();
	print_endpoints();
	print_causes();
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
