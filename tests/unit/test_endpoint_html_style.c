/* test_endpoint_html_style.c - the style of pages: its hash, and that it asks
 * for nothing from elsewhere. */
#include "endpoint_html.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <string.h>

Test(endpoint_html_style, hash)
{
	unsigned char digest[32];
	char text[64];

	cr_assert_eq(EVP_Digest(endpoint_html_style,
				strlen(endpoint_html_style), digest, NULL,
				EVP_sha256(), NULL), 1);
	EVP_EncodeBlock((unsigned char *)text, digest, sizeof(digest));
	cr_expect_str_eq(endpoint_html_style_hash, text);
}

Test(endpoint_html_style, nothing_from_elsewhere)
{
	static const char *const words[] = {"url(", "@import", "http", "//",
					    "<", "\\", "expression"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		cr_expect_null(strstr(endpoint_html_style, words[i]), "%s",
			       words[i]);
	cr_expect_leq(strlen(endpoint_html_style), 2048,
		      "it is in every page, and some servers cut them");
}

/* x to the power of 2.4: the square, times the fifth root of the square. */
static double power_2_4(double x)
{
	double root = 1;

	for (int i = 0; i < 60; i++)
		root -= (root - x * x / (root * root * root * root)) / 5;
	return x * x * root;
}

/* The relative luminance of WCAG 2.2, of a colour as #RGB or #RRGGBB. */
static double luminance(const char *at)
{
	static const double share[] = {0.2126, 0.7152, 0.0722};
	size_t digits = strspn(at + 1, "0123456789abcdef");
	double sum = 0;

	cr_assert(*at == '#' && (digits == 3 || digits == 6), "%.8s", at);
	for (size_t i = 0; i < 3; i++) {
		char part[3] = {at[1 + i * digits / 3],
				at[digits == 3 ? 1 + i : 2 + 2 * i], 0};
		double c = (double)strtol(part, NULL, 16) / 255;
		sum += share[i] * (c <= 0.04045
					   ? c / 12.92
					   : power_2_4((c + 0.055) / 1.055));
	}
	return sum;
}

/* The colour called name in the n-th set of colours. */
static const char *colour(int n, const char *name)
{
	const char *at = endpoint_html_style;

	do {
		at = strstr(at + 1, name);
		cr_assert_not_null(at);
	} while (n-- > 0);
	return at + strlen(name) + 1;
}

static void expect_contrast(int set, const char *ink, const char *paper)
{
	double a = luminance(colour(set, ink));
	double b = luminance(colour(set, paper));
	double ratio = (a > b ? a + 0.05 : b + 0.05) /
		       (a > b ? b + 0.05 : a + 0.05);

	cr_expect_geq(ratio, 4.5, "%s on %s in set %d: %.2f", ink, paper, set,
		      ratio);
}

Test(endpoint_html_style, contrast_in_light_and_in_dark)
{
	for (int set = 0; set < 2; set++) {
		expect_contrast(set, "--ink", "--card");
		expect_contrast(set, "--soft", "--card");
		expect_contrast(set, "--soft", "--page");
		expect_contrast(set, "--link", "--card");
	}
	cr_expect_gt(luminance(colour(0, "--card")), 0.8);
	cr_expect_lt(luminance(colour(1, "--card")), 0.05);
}
