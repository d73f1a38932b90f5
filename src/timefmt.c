/* timefmt.c - times and durations as text. Text comes in and seconds go out,
 * or the reverse. Never asks a clock, a time zone or the locale. */
#include "timefmt.h"

#include <string.h>

#define DAY INT64_C(86400)
#define MAX_DURATION (1000000 * DAY)

/* Of the calendar that repeats every 400 years: the days of those, and those
 * from 0000-03-01 to 1970-01-01. */
#define ERA_DAYS INT64_C(146097)
#define EPOCH_DAYS INT64_C(719468)

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: RFC 3339 has four digits. */
#define FIRST_SECOND INT64_C(-62167219200)
#define LAST_SECOND INT64_C(253402300799)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads exactly count digits and moves *at behind them. */
static bool read_digits(const char **at, int count, int *ret_number)
{
	int number = 0;

	for (int i = 0; i < count; i++) {
		if (!is_digit((*at)[i]))
			return false;
		number = number * 10 + ((*at)[i] - '0');
	}
	*at += count;
	*ret_number = number;
	return true;
}

static bool read_char(const char **at, const char *either)
{
	if (**at == '\0' || (**at != either[0] && **at != either[1]))
		return false;
	++*at;
	return true;
}

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (leap && month == 2);
}

/* Days from 1970-01-01. Counting years from March puts the leap day at the
 * end; an era more keeps all of it positive. */
static int64_t days_of_date(int year, int month, int day)
{
	int64_t y = year + 400 - (month <= 2);
	int64_t m = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * m + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - ERA_DAYS -
	       EPOCH_DAYS;
}

static bool read_date(const char **at, int64_t *ret_days)
{
	int year;
	int month;
	int day;

	if (!read_digits(at, 4, &year) || !read_char(at, "--") ||
	    !read_digits(at, 2, &month) || !read_char(at, "--") ||
	    !read_digits(at, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	*ret_days = days_of_date(year, month, day);
	return true;
}

static bool read_fraction(const char **at)
{
	if (**at != '.')
		return true;
	++*at;
	if (!is_digit(**at))
		return false;
	while (is_digit(**at))
		++*at;
	return true;
}

/* Z, or hours and minutes ahead of UTC. */
static bool read_offset(const char **at, int *ret_seconds)
{
	int sign = **at == '-' ? -1 : 1;
	int hours;
	int minutes;

	*ret_seconds = 0;
	if (read_char(at, "Zz"))
		return true;
	if (!read_char(at, "+-") || !read_digits(at, 2, &hours) ||
	    !read_char(at, "::") || !read_digits(at, 2, &minutes))
		return false;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

static bool read_clock(const char **at, int *ret_seconds)
{
	int hour;
	int minute;
	int second;
	int offset;

	if (!read_digits(at, 2, &hour) || !read_char(at, "::") ||
	    !read_digits(at, 2, &minute) || !read_char(at, "::") ||
	    !read_digits(at, 2, &second) || !read_fraction(at) ||
	    !read_offset(at, &offset))
		return false;
	*ret_seconds = hour * 3600 + minute * 60 + second - offset;
	return hour < 24 && minute < 60 && second < 60;
}

bool time_parse(const char *text, int64_t *ret_time, bool *ret_date_only)
{
	int64_t days;
	int seconds = 0;
	bool date_only;

	if (!read_date(&text, &days))
		return false;
	date_only = *text == '\0';
	if (!date_only && (!read_char(&text, "Tt") ||
			   !read_clock(&text, &seconds) || *text != '\0'))
		return false;
	*ret_time = days * DAY + seconds;
	*ret_date_only = date_only;
	return true;
}

/* The inverse of days_of_date. */
static void date_of_days(int64_t days, int *year, int *month, int *day)
{
	int64_t shifted = days + EPOCH_DAYS + ERA_DAYS;
	int64_t era = shifted / ERA_DAYS - 1;
	int64_t in_era = shifted % ERA_DAYS;
	int64_t y =
		(in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) /
		365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;

	*day = (int)(in_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static void put_two(char *out, int number)
{
	out[0] = (char)('0' + number / 10);
	out[1] = (char)('0' + number % 10);
}

const char *time_format(int64_t when, char out[TIME_TEXT])
{
	int64_t days;
	int seconds;
	int year;
	int month;
	int day;

	if (when < FIRST_SECOND)
		when = FIRST_SECOND;
	if (when > LAST_SECOND)
		when = LAST_SECOND;
	days = (when - FIRST_SECOND) / DAY;
	seconds = (int)((when - FIRST_SECOND) % DAY);
	date_of_days(days + FIRST_SECOND / DAY, &year, &month, &day);
	memcpy(out, "0000-00-00T00:00:00Z", sizeof("0000-00-00T00:00:00Z"));
	put_two(out, year / 100);
	put_two(out + 2, year % 100);
	put_two(out + 5, month);
	put_two(out + 8, day);
	put_two(out + 11, seconds / 3600);
	put_two(out + 14, seconds / 60 % 60);
	put_two(out + 17, seconds % 60);
	return out;
}

/* Reads one NUMBER UNIT whose unit is smaller than *last, the length in
 * seconds of the unit before. */
static bool read_item(const char **at, int64_t *last, int64_t *total)
{
	int64_t number = 0;
	int64_t unit;

	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); ++*at) {
		number = number * 10 + (**at - '0');
		if (number > MAX_DURATION)
			return false;
	}
	unit = **at == 'd'   ? DAY
	       : **at == 'h' ? 3600
	       : **at == 'm' ? 60
	       : **at == 's' ? 1
			     : *last;
	if (unit >= *last || number > (MAX_DURATION - *total) / unit)
		return false;
	++*at;
	*last = unit;
	*total += number * unit;
	return true;
}

bool duration_parse(const char *text, int64_t *ret_seconds)
{
	int64_t last = INT64_MAX;
	int64_t total = 0;

	do {
		if (!read_item(&text, &last, &total))
			return false;
		if (*text != ' ')
			continue;
		while (*text == ' ')
			text++;
		if (*text == '\0')
			return false;
	} while (*text != '\0');
	*ret_seconds = total;
	return true;
}
