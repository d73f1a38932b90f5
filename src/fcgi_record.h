/* fcgi_record.h - the records of FastCGI 1.0 (sections 3 and 5). A reader is
 * given the bytes of one connection, in pieces of any size, and says when a
 * request is complete; whatever it has taken is never looked at again. */
#ifndef MTLSGATE_FCGI_RECORD_H
#define MTLSGATE_FCGI_RECORD_H

#include "buf.h"

enum {
	FCGI_RECORD_HEADER = 8,
	FCGI_MAX_PARAMS = 2 * 1024 * 1024, /* all parameters of a request */
	FCGI_MAX_STDIN = 1024 * 1024, /* read of a body nobody looks at */
};

/* A request up to the end of its parameters. */
struct fcgi_head {
	unsigned id;
	unsigned role;
	bool keep;         /* FCGI_KEEP_CONN */
	struct buf params; /* the content of its PARAMS records */
};

/* Which records may come. */
enum fcgi_part {
	FCGI_PART_BEGIN = 0, /* BEGIN_REQUEST, or leftovers of the one before */
	FCGI_PART_PARAMS,
	FCGI_PART_BODY, /* STDIN of the request, which nobody looks at */
};

/* All zero at the beginning of a connection; ends with fcgi_reader_free. Only
 * part and head are for others to look at. */
struct fcgi_reader {
	enum fcgi_part part;
	struct fcgi_head head;
	unsigned char fixed[16]; /* of this record: header, BEGIN's body */
	size_t have;             /* bytes of fixed */
	size_t content;          /* bytes of this record that are to come */
	size_t padding;
	bool open;      /* the header was read */
	size_t skipped; /* bytes of records that nobody looks at */
};

enum fcgi_event {
	FCGI_BAD = 0,  /* of no use any more; in the part BODY: no whole body */
	FCGI_MORE,     /* all bytes were taken, and more are to come */
	FCGI_HEAD,     /* a request is complete: the part is BODY now */
	FCGI_BODY_END, /* its body too: the part is BEGIN again */
};

/* Takes bytes until something happens; *ret_used says how many. The answers to
 * management records (section 4) are put into out. */
enum fcgi_event fcgi_reader_take(struct fcgi_reader *reader, const char *bytes,
				 size_t len, struct buf *out,
				 size_t *ret_used);

/* Waits for no body: what comes of it is skipped when the next request is
 * read. */
void fcgi_reader_next(struct fcgi_reader *reader);

/* True if it stands between two records and has begun no request. */
bool fcgi_reader_idle(const struct fcgi_reader *reader);

void fcgi_reader_free(struct fcgi_reader *reader);

/* What is added to out between these two becomes STDOUT records; start is what
 * the first gives. False: memory is out, and nothing may be added; or nothing
 * was. */
NODISCARD bool fcgi_stdout_begin(struct buf *out, size_t *ret_start);
NODISCARD bool fcgi_stdout_end(struct buf *out, unsigned id, size_t start);

/* Puts the end of STDOUT and END_REQUEST into out: all went well. */
void fcgi_put_end(struct buf *out, unsigned id);

#endif
