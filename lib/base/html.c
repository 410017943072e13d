/* Text in HTML (WHATWG HTML, section 13.1). */
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

void
cao_html_put(struct cao_buf *out, const char *text)
{
	static const char special[] = "<>&\"'";
	static const char *const named[] = { "&lt;", "&gt;", "&amp;", "&quot;",
		"&#39;" };
	size_t len = strlen(text), n;
	const char *found;
	int32_t c;

	for (; len > 0; text += n, len -= n) {
		n = cao_utf8_next(text, len, &c);
		found = n == 1 && *text != '\0' ? strchr(special, *text) : NULL;
		if (found != NULL)
			cao_buf_puts(out, named[found - special]);
		else if (n > 0 && !cao_utf8_control(c))
			cao_buf_add(out, text, n);
		else
			cao_buf_puts(out, "\xef\xbf\xbd");
		n = n > 0 ? n : 1;
	}
}
