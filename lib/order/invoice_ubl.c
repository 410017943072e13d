/* An invoice as UBL 2.1.  Elements stand in the order of the standard's
 * schema. */
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/xml_write.h"
#include "order/invoice.h"

#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"
/* UNCL 1001: a commercial invoice, and one that corrects another. */
#define TYPE_INVOICE "380"
#define TYPE_CORRECTED "384"
#define UNIT_ONE "C62" /* UN/ECE Recommendation 20 */

static void
put_amount(struct cao_xml_writer *w, const char *name, int64_t fen)
{
	char amount[CAO_MONEY_SIZE];

	cao_money_format(fen, amount);
	cao_xml_put(w, name, "currencyID", "CNY", amount);
}

/* The reference to another document, in the element of that name. */
static void
put_reference(struct cao_xml_writer *w, const char *name, const char *id)
{
	cao_xml_put_open(w, name);
	cao_xml_put(w, "cbc:ID", NULL, NULL, id);
	cao_xml_put_close(w, name);
}

static void
put_party(struct cao_xml_writer *w, const char *role, const char *name,
    const char *tax_number)
{
	cao_xml_put_open(w, role);
	cao_xml_put_open(w, "cac:Party");
	cao_xml_put_open(w, "cac:PartyName");
	cao_xml_put(w, "cbc:Name", NULL, NULL, name);
	cao_xml_put_close(w, "cac:PartyName");
	if (tax_number != NULL) {
		cao_xml_put_open(w, "cac:PartyTaxScheme");
		cao_xml_put(w, "cbc:RegistrationName", NULL, NULL, name);
		cao_xml_put(w, "cbc:CompanyID", NULL, NULL, tax_number);
		put_reference(w, "cac:TaxScheme", "VAT");
		cao_xml_put_close(w, "cac:PartyTaxScheme");
	}
	cao_xml_put_open(w, "cac:PartyLegalEntity");
	cao_xml_put(w, "cbc:RegistrationName", NULL, NULL, name);
	cao_xml_put_close(w, "cac:PartyLegalEntity");
	cao_xml_put_close(w, "cac:Party");
	cao_xml_put_close(w, role);
}

/* What is taken back is a quantity of -1: a price is never negative. */
static void
put_line(struct cao_xml_writer *w, size_t n, const struct cao_invoice_item *i)
{
	struct cao_buf id = { 0 };

	cao_buf_printf(&id, "%zu", n);
	if (!cao_buf_ok(&id))
		w->out->failed = true;
	cao_xml_put_open(w, "cac:InvoiceLine");
	cao_xml_put(w, "cbc:ID", NULL, NULL, cao_buf_text(&id));
	cao_xml_put(w, "cbc:InvoicedQuantity", "unitCode", UNIT_ONE,
	    i->fen < 0 ? "-1" : "1");
	put_amount(w, "cbc:LineExtensionAmount", i->fen);
	cao_xml_put_open(w, "cac:Item");
	cao_xml_put(w, "cbc:Name", NULL, NULL, i->title);
	put_reference(w, "cac:SellersItemIdentification", i->item);
	cao_xml_put_close(w, "cac:Item");
	cao_xml_put_open(w, "cac:Price");
	put_amount(w, "cbc:PriceAmount", i->fen < 0 ? -i->fen : i->fen);
	cao_xml_put_close(w, "cac:Price");
	cao_xml_put_close(w, "cac:InvoiceLine");
	cao_buf_free(&id);
}

static void
put_head(struct cao_xml_writer *w, const struct cao_invoice *i)
{
	char date[CAO_DATE_SIZE];

	cao_date_format(cao_date_of(i->at), date);
	cao_xml_put(w, "cbc:UBLVersionID", NULL, NULL, "2.1");
	cao_xml_put(w, "cbc:ID", NULL, NULL, i->name);
	cao_xml_put(w, "cbc:IssueDate", NULL, NULL, date);
	cao_xml_put(w, "cbc:InvoiceTypeCode", NULL, NULL,
	    i->red != 0 ? TYPE_CORRECTED : TYPE_INVOICE);
	cao_xml_put(w, "cbc:DocumentCurrencyCode", NULL, NULL, "CNY");
	put_reference(w, "cac:OrderReference", i->order_number);
	if (i->red == 0)
		return;
	cao_xml_put_open(w, "cac:BillingReference");
	put_reference(w, "cac:InvoiceDocumentReference", i->of);
	if (i->of_issued != NULL)
		put_reference(
		    w, "cac:AdditionalDocumentReference", i->of_issued);
	cao_xml_put_close(w, "cac:BillingReference");
}

void
cao_invoice_ubl(const struct cao_invoice *i, struct cao_buf *out)
{
	static const char *const spaces[] = { "xmlns", UBL "Invoice-2",
		"xmlns:cac", UBL "CommonAggregateComponents-2", "xmlns:cbc",
		UBL "CommonBasicComponents-2", NULL };
	struct cao_xml_writer w;

	cao_xml_put_start(&w, out, "Invoice", spaces);
	put_head(&w, i);
	put_party(&w, "cac:AccountingSupplierParty", i->seller, NULL);
	put_party(&w, "cac:AccountingCustomerParty", i->title, i->tax_number);
	cao_xml_put_open(&w, "cac:LegalMonetaryTotal");
	put_amount(&w, "cbc:LineExtensionAmount", i->fen);
	put_amount(&w, "cbc:TaxInclusiveAmount", i->fen);
	put_amount(&w, "cbc:PayableAmount", i->fen);
	cao_xml_put_close(&w, "cac:LegalMonetaryTotal");
	for (size_t n = 0; n < i->nitems; n++)
		put_line(&w, n + 1, &i->items[n]);
	cao_xml_put_close(&w, "Invoice");
}
