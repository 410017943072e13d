/* The members of a struct by its table: private to codec/schema*.c. */
#ifndef CAO_CODEC_SCHEMA_PARTS_H
#define CAO_CODEC_SCHEMA_PARTS_H

#include "base/utf8.h"
#include "codec/schema.h"

static inline void *
member_of(const struct cao_field *f, void *object)
{
	return (char *)object + f->offset;
}

static inline const void *
member_at(const struct cao_field *f, const void *object)
{
	return (const char *)object + f->offset;
}

static inline const char *
text_at(const struct cao_field *f, const void *object)
{
	const char *const *text = member_at(f, object);

	return *text != NULL ? *text : "";
}

static inline int64_t
int_at(const struct cao_field *f, const void *object)
{
	const int64_t *value = member_at(f, object);

	return *value;
}

static inline bool
bool_at(const struct cao_field *f, const void *object)
{
	const bool *value = member_at(f, object);

	return *value;
}

static inline bool
is_text_type(enum cao_type type)
{
	return type == CAO_T_TEXT || type == CAO_T_LINES ||
	    type == CAO_T_DATE || type == CAO_T_CHOICE;
}

/* An element of a list of text. */
static inline const char *
word_at(const struct cao_list *list, size_t i)
{
	char *const *words = list->items;

	return words[i];
}

/* An element of a list of structs. */
static inline void *
item_at(const struct cao_field *f, const struct cao_list *list, size_t i)
{
	return (char *)list->items + i * f->sub->size;
}

/* Control characters, and what YAML does not allow in a document either. */
static inline bool
is_control(int32_t c)
{
	return cao_utf8_control(c) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

/* What a value must be in any case, be it text or number. */
CAO_MUST enum cao_status cao_schema_check(const struct cao_field *,
    const char *text, bool quoted, struct cao_error *);
/* Check a value and put it into its member of the object. */
CAO_MUST enum cao_status cao_schema_take(const struct cao_field *,
    const char *text, bool quoted, void *object, struct cao_error *);
/* The same of canonical JSON, of which only the types are checked; a word of
 * a list is not put anywhere. */
CAO_MUST enum cao_status cao_schema_take_stored(const struct cao_field *,
    const char *text, bool quoted, void *object, struct cao_error *);

/* Does a text hold one, or octets that are not UTF-8?  With lines, a tab and
 * line ends are allowed. */
bool cao_schema_has_control(const char *, bool lines);
/* Does it begin or end with a blank: also U+00A0 and U+3000? */
bool cao_schema_has_blank_ends(const char *);

#endif /* CAO_CODEC_SCHEMA_PARTS_H */
