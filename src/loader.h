/* loader.h - what the files of the loader share while one policy is read. */
#ifndef MTLSGATE_LOADER_H
#define MTLSGATE_LOADER_H

#include "inifile.h"
#include "load.h"
#include "policy.h"
#include "suggest.h"

/* The kinds of sections, rows of the table in load_sections.c. */
enum kind {
	KIND_CERTIFICATE,
	KIND_IDENTITY,
	KIND_ROLE,
	KIND_BLOCK,
	KIND_PIN,
	KIND_ACCESS,
	KIND_ENDPOINTS,
	KIND_AUDIT,
	KIND_SERVER,
	KIND_MESSAGES,
	KIND_COUNT
};

/* Texts and a number for each, found by hash; texts may repeat. */
struct names_entry {
	const char *text;
	size_t number;
	size_t next; /* index of the entry to try next, or SIZE_MAX */
};

struct names {
	size_t *heads;
	size_t mask;
	struct names_entry *list;
	size_t count;
};

/* Words of a comma list. */
struct words {
	const char **list;
	size_t count;
};

/* A line that uses an attribute. */
struct attr_use {
	size_t attr;
	size_t line;
};

/* A list file read once, however often it is named. */
struct list_text {
	const char *path;
	const char *text;
	size_t len;
	struct list_text *next;
};

/* The values of one for one way to compare. */
struct list_keys {
	const struct list_text *text;
	enum attr_compare compare;
	const struct value_file *file;
	struct list_keys *next;
};

struct loader {
	struct policy *policy;
	struct arena *arena;
	struct issues *issues;
	const char *file;      /* as given */
	const char *directory; /* absolute, of the policy file */
	const struct load_options *options;
	struct ini_file ini;
	bool chain;         /* verify = chain or both */
	struct names roles; /* name to index */
	struct names pins;
	const struct ini_section *section; /* the one being read */
	enum kind kind;                    /* of that section */
	size_t condition_lines;            /* of that section, good or bad */
	size_t used[KIND_COUNT];           /* items filled in */
	size_t evadable; /* conditions of blocks on sha256 */
	struct attr_use *uses;
	size_t use_count;
	struct list_text *texts;
	struct list_keys *keys;
};

/* A row's parser: takes over one setting into the object of its section. What
 * is wrong goes to the issues. */
typedef void setting_fn(struct loader *loader, void *object,
			const struct ini_setting *setting);

/* ---- load_value.c: kinds of values; false: an issue was added ---- */

/* Memory of the policy; NULL marks the issues failed. */
void *loader_alloc(struct loader *loader, size_t size);
void *loader_grow(struct loader *loader, void *array, size_t count,
		  size_t size);

bool value_yes(struct loader *loader, const struct ini_setting *setting,
	       bool *ret_yes);
/* One of two words. */
bool value_choice(struct loader *loader, const struct ini_setting *setting,
		  const char *no, const char *yes, bool *ret_yes);
/* The index of the value in words, which end with NULL; all: the words as a
 * sentence has them. SIZE_MAX: an issue was added. */
size_t value_word(struct loader *loader, const struct ini_setting *setting,
		  const char *const *words, const char *all);
bool value_number(struct loader *loader, const struct ini_setting *setting,
		  long min, long max, long *ret_number);
bool value_duration(struct loader *loader, const struct ini_setting *setting,
		    int64_t *ret_seconds);
/* Splits at commas; an empty word is an error. */
bool value_words(struct loader *loader, const struct ini_setting *setting,
		 struct words *ret_words);
/* from and until of a section. */
void value_from(struct loader *loader, const struct ini_setting *setting,
		int64_t *ret_from);
void value_until(struct loader *loader, const struct ini_setting *setting,
		 int64_t *ret_until);
/* Compares them, once the section is read. */
void value_span_check(struct loader *loader, const struct span *span);
/* An absolute path for one that is relative to the policy's directory. */
const char *value_path(struct loader *loader, const char *path);
/* Why name cannot be one ([A-Za-z0-9._-], no keyword), or NULL. */
const char *name_fault(const char *name);
/* What makes a path or prefix one that no request has, or NULL. */
const char *path_fault(const char *path);
/* Adds to a growing list of indexes. */
void add_index(struct loader *loader, size_t **list, size_t *count,
	       size_t index);
/* Adds to a growing list of texts. */
void add_text(struct loader *loader, const char ***list, size_t *count,
	      const char *text);
/* True if the section has a line "key = value". */
bool section_says(const struct ini_section *section, const char *key,
		  const char *value);
/* The section's first setting of this key (ending in '.': that begins so), or
 * NULL. */
const struct ini_setting *section_find(const struct ini_section *section,
				       const char *key);

/* ---- load_names.c ---- */

/* Room for about count texts. False: no memory. */
bool names_init(struct loader *loader, struct names *names, size_t count);
void names_add(struct loader *loader, struct names *names, const char *text,
	       size_t number);
/* The first entry of this text (len bytes), the newest first, or NULL; then
 * the next one of the same text. */
const struct names_entry *names_first(const struct names *names,
				      const char *text, size_t len);
const struct names_entry *names_next(const struct names *names,
				     const struct names_entry *entry);
/* The number of the text that was added first, or SIZE_MAX with an error that
 * says there is no such WHAT. */
size_t names_require(struct loader *loader, const struct names *names,
		     const char *what, const struct ini_setting *setting,
		     const char *text);

/* Adds the pins of "pin = NAME, NAME". */
void add_pins(struct loader *loader, const struct ini_setting *setting,
	      size_t **list, size_t *count);

/* ---- load_conditions.c ---- */

/* The index of the attribute called name in the policy's list, where it is
 * added if need be, noted as used by this line; SIZE_MAX: an issue was added.
 * key: the name is a setting's key, so one of those may have been meant. */
size_t attr_need(struct loader *loader, const char *name, size_t line,
		 bool key);
/* Takes "attribute = pattern" into conditions. identity: may speak of what is
 * known only once mapped. */
void condition_add(struct loader *loader, struct conditions *conditions,
		   const struct ini_setting *setting, bool identity);
/* When everything that they speak of is known. */
enum block_phase conditions_phase(const struct loader *loader,
				  const struct conditions *conditions);

/* ---- load_list.c ---- */

/* The text of the list file of "key = @FILE", checked line by line; NULL: an
 * issue was added. */
const struct list_text *list_read(struct loader *loader,
				  const struct ini_setting *setting);
/* Its values in the form in which attr compares. */
const struct value_file *list_values(struct loader *loader,
				     const struct ini_setting *setting,
				     const struct attr *attr);
/* The line at *offset without its end, copied, and moves on; NULL at the end
 * (or without memory, which the issues say). */
const char *list_next(struct loader *loader, const struct list_text *text,
		      size_t *offset);

/* ---- load_pem.c: files of certificates and of CRLs ---- */

/* What is read from the files, or directories of files, of one key. */
struct der_files {
	const char *label; /* of a PEM block (RFC 7468) */
	size_t max;        /* bytes of a file */
	/* True: the file was read before. NULL: nobody asks. */
	bool (*known)(struct loader *loader, const char *path);
	/* Takes over one object, bytes from malloc. ST_BAD: *ret_why says
	 * what is wrong with it. */
	enum status (*take)(struct loader *loader, const char *path,
			    unsigned char *bytes, size_t len,
			    const char **ret_why);
};

/* Reads the file or directory that the setting names: PEM with any number of
 * blocks and text between them, or one object in DER. What is wrong, also a
 * file with nothing in it, goes to the issues; every file and directory goes
 * to the policy's. */
void der_files_read(struct loader *loader, const struct ini_setting *setting,
		    const struct der_files *kind);
/* Adds to the files that are looked at for changes. */
void note_file(struct loader *loader, const struct policy_file *file);

/* ---- one section kind each: rows of the settings table ---- */

setting_fn set_source, set_verify, set_purpose, set_issuer, set_min_rsa_bits,
	set_max_lifetime, set_warn_expiring, set_dn_slash;
setting_fn set_trusted_proxy, set_proxy_secret, set_header, set_front_verifies,
	set_alb_mode, set_xfcc_element;
setting_fn set_ca, set_intermediates, set_strict, set_partial_chain,
	set_max_depth, set_security_level, set_require_policy,
	set_explicit_policy, set_inhibit_any_policy,
	set_inhibit_policy_mapping, set_ca_as_client;
setting_fn set_crl, set_crl_check, set_crl_stale, set_ocsp, set_ocsp_responder,
	set_ocsp_timeout;
setting_fn set_id, set_email, set_department, set_prefix, set_identity_from,
	set_identity_until;
setting_fn set_default, set_role_pin, set_role_from, set_role_until;
setting_fn set_block_from;
setting_fn set_pin_sha256, set_pin_spki, set_pin_chain, set_pin_from,
	set_pin_until;
setting_fn set_path, set_site, set_method, set_allow, set_allow_method,
	set_access_pin, set_access_from, set_access_until;
setting_fn set_endpoint_prefix, set_admin_role, set_log, set_level,
	set_on_error, set_capture, set_capture_file, set_threads, set_backlog,
	set_max_connections, set_request_timeout, set_cache, set_secret,
	set_contact, set_help_url;

void finish_identity(struct loader *loader, void *object);
void finish_role(struct loader *loader, void *object);
void finish_block(struct loader *loader, void *object);
void finish_pin(struct loader *loader, void *object);
void finish_access(struct loader *loader, void *object);
void finish_audit(struct loader *loader, void *object);

/* ---- load_source.c ---- */

/* The CGI variable (RFC 3875 section 4.1.18) that has a header. NULL: no
 * memory, which the issues say. */
const char *header_variable(struct loader *loader, const char *header);

/* ---- load_settings.c ---- */

/* Hands the setting to the parser of its row. False: this kind of section has
 * no such setting. */
bool setting_read(struct loader *loader, enum kind kind, void *object,
		  const struct ini_setting *setting);
/* Tries the keys of this kind of section. */
void settings_suggest(enum kind kind, struct suggest *suggest);
/* The kind of section that has a setting of this key, or NULL. */
const char *settings_elsewhere(const char *key);
/* True if the setting of [certificate] needs more than a name. */
bool setting_needs_certificate(const char *key);

/* ---- load_sections.c ---- */

/* "role" of KIND_ROLE. */
const char *kind_name(enum kind kind);
/* The first section of this kind, or NULL. */
const struct ini_section *find_section(const struct loader *loader,
				       enum kind kind);
/* Makes room for the items of every section and notes the names of roles and
 * pins, so that they may be used above their sections. */
void sections_prepare(struct loader *loader);
/* Reads every section into the policy. */
void sections_read(struct loader *loader);

/* ---- load_check.c, load_check_chain.c, load_check_source.c, load_hidden.c
 * ---- */

/* What no single section can know. */
void check_policy(struct loader *loader);
/* The same for sources; gives headers that no line names their variables. */
void check_sources(struct loader *loader);
/* The same for verify = chain and both. */
void check_chain_settings(struct loader *loader);
/* Says how many blocks by sha256 were not warned about. */
void check_evadable(struct loader *loader);
/* Warns about access sections that earlier ones hide. */
void check_hidden(struct loader *loader);

#endif
