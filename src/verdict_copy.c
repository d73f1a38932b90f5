/* verdict_copy.c - a verdict comes in that points all over an arena, one that
 * points into a single block goes out. Each step is done twice, first without
 * room, to know how much of it there must be. */
#include <string.h>

#include "verdict.h"

enum { ALIGN = 16 };

struct pack {
	char *room; /* NULL: only measured */
	size_t used;
};

/* Where the next len bytes go, NULL when there is no room yet. Each piece is
 * rounded up by itself, so that the sum is the same in whatever order they are
 * made. */
static void *take(struct pack *pack, size_t len)
{
	size_t at = pack->used;

	pack->used += (len + ALIGN - 1) / ALIGN * ALIGN;
	return pack->room ? pack->room + at : NULL;
}

static void *copy_bytes(struct pack *pack, const void *from, size_t len)
{
	void *to = from ? take(pack, len) : NULL;

	if (to && len)
		memcpy(to, from, len);
	return to;
}

static const char *copy_text(struct pack *pack, const char *text)
{
	return copy_bytes(pack, text, text ? strlen(text) + 1 : 0);
}

static struct name copy_name(struct pack *pack, const struct name *from)
{
	struct ava *avas = take(pack, from->count * sizeof(*avas));

	for (size_t i = 0; i < from->count; i++) {
		struct ava ava = from->avas[i];

		ava.oid = copy_text(pack, ava.oid);
		ava.value = copy_text(pack, ava.value);
		if (avas)
			avas[i] = ava;
	}
	return (struct name){avas, from->count};
}

static const struct name *copy_name_of(struct pack *pack,
				       const struct name *from)
{
	struct name copy = copy_name(pack, from);

	return copy_bytes(pack, &copy, sizeof(copy));
}

static struct attr_value copy_value(struct pack *pack, struct attr_value value)
{
	bool same = value.key == value.text;

	value.text = copy_text(pack, value.text);
	value.key = same ? value.text : copy_text(pack, value.key);
	if (value.name)
		value.name = copy_name_of(pack, value.name);
	return value;
}

/* named: the texts are names in the policy, which are compared by where they
 * stand, and stay. */
static struct attr_values copy_values(struct pack *pack,
				      const struct attr_values *from,
				      bool named)
{
	struct attr_values to = *from;

	to.list = take(pack, from->count * sizeof(*to.list));
	for (size_t i = 0; i < from->count; i++) {
		struct attr_value value = from->list[i];

		if (!named)
			value = copy_value(pack, value);
		if (to.list)
			to.list[i] = value;
	}
	return to;
}

static struct attr_set copy_set(struct pack *pack, const struct attr_set *from)
{
	size_t count = from->values ? from->attrs->count : 0;
	struct attr_set to = *from;

	to.values = from->values ? take(pack, count * sizeof(*to.values))
				 : NULL;
	for (size_t i = 0; i < count; i++) {
		struct attr_values values = copy_values(
			pack, &from->values[i],
			from->attrs->list[i].origin == ORIGIN_PIN);

		if (to.values)
			to.values[i] = values;
	}
	return to;
}

/* Member by member: one that is not named here comes out as zero, and never as
 * a pointer to what has gone. */
static struct verified copy_verified(struct pack *pack,
				     const struct verified *v)
{
	return (struct verified){
		.ok = v->ok,
		.reason = v->reason,
		.detail = copy_text(pack, v->detail),
		.spoofed = v->spoofed,
		.block = v->block,
		.line = v->line,
		.parsed = v->parsed,
		.cert = {.subject = copy_name(pack, &v->cert.subject),
			 .issuer = copy_name(pack, &v->cert.issuer),
			 .serial = copy_text(pack, v->cert.serial),
			 .sha256 = copy_text(pack, v->cert.sha256),
			 .not_before = v->cert.not_before,
			 .not_after = v->cert.not_after},
		.set = copy_set(pack, &v->set),
		.pins = copy_values(pack, &v->pins, true),
		.name_only = v->name_only,
		.pin = v->pin,
		.verified_by = v->verified_by,
		.warning = copy_text(pack, v->warning),
	};
}

/* Likewise. */
static struct identity copy_identity(struct pack *pack, size_t role_count,
				     const struct identity *who)
{
	return (struct identity){
		.known = who->known,
		.reason = who->reason,
		.detail = copy_text(pack, who->detail),
		.section = who->section,
		.line = who->line,
		.id = copy_text(pack, who->id),
		.email = copy_text(pack, who->email),
		.department = copy_text(pack, who->department),
		.has_role = copy_bytes(pack, who->has_role,
				       role_count * sizeof(*who->has_role)),
		.roles = copy_bytes(pack, who->roles,
				    who->role_count * sizeof(*who->roles)),
		.role_count = who->role_count,
		.role_expired = who->role_expired,
	};
}

size_t verdict_copy(const struct verdict *verdict, size_t role_count,
		    void *room, struct verdict *ret_copy)
{
	struct pack pack = {room, 0};
	struct verdict copy = {.source = verdict->source};

	copy.verified = copy_verified(&pack, &verdict->verified);
	copy.identity = copy_identity(&pack, role_count, &verdict->identity);
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		copy.text[i] = verdict->text[i];
		copy.text[i].bytes = copy_bytes(&pack, verdict->text[i].bytes,
						verdict->text[i].len);
	}
	*ret_copy = copy;
	return pack.used;
}
