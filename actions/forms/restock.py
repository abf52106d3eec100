"""Tell somebody when a product is back."""

from actions.forms.run import Run
from actions.forms.script import FormScript
from actions.identity import verified_customer
from actions.products.meaning import product_meant
from actions.turn import Button
from forecasting.restock import restock_of
from kit.i18n import local_day
from shop.access import access_customer
from shop.catalogue import get_product
from shop.stock import add_stock_notice
from shop.views import ProductView, VariantView


class NotifyRestockForm(FormScript):
    """Which product and variant, which e-mail, done."""

    name = "validate_notify_restock_form"
    form = "notify_restock_form"

    def script(self, run: Run) -> None:
        """Note the wish once; the worker mails when stock arrives."""
        product = self._product(run)
        variant = self._variant(run, product)
        email = self._email(run)
        with run.services.database.session() as session:
            add_stock_notice(
                session,
                variant.variant_id,
                email,
                language=run.words.language,
                customer_id=verified_customer(run.turn, run.services),
                now=run.turn.now,
            )
            when = restock_of(session, variant.variant_id, today=local_day(run.turn.now))
        day = (
            "" if when is None else run.words.text("expected_about", day=run.words.day(when.likely))
        )
        run.finish(
            "utter_notice_noted",
            product=product.name(run.words.language),
            variant=run.words.variant(variant),
            email=email,
            expected=day,
        )

    def _product(self, run: Run) -> ProductView:
        with run.services.database.reading() as session:
            if run.data.get("slug"):
                known = get_product(session, run.data["slug"], now=run.turn.now)
                if known is not None:
                    return known
            product = product_meant(run.turn, session, run.is_start or run.waits_for == "product")
        if product is None:
            run.ask("product", "utter_ask_which_product")
        assert product is not None
        run.take("slug", product.slug)
        return product

    def _variant(self, run: Run, product: ProductView) -> VariantView:
        chosen = run.turn.first("variant")
        if chosen is not None:
            run.take("variant", int(chosen))
        out = [v for v in product.variants if v.stock == 0]
        fits = [
            v
            for v in out
            if run.turn.first("colour") in {None, v.colour}
            and run.turn.first("size") in {None, v.size}
        ]
        if len(fits) == 1 and not run.data.get("variant"):
            run.take("variant", fits[0].variant_id)
        found = next((v for v in product.variants if v.variant_id == run.data.get("variant")), None)
        if found is not None:
            return found
        if not out:
            run.finish("utter_is_in_stock", product=product.name(run.words.language))
        buttons = [
            Button(
                run.words.variant(v) or product.name(run.words.language),
                f'/choose_option{{"variant":"{v.variant_id}"}}',
            )
            for v in (fits or out)[:8]
        ]
        run.ask(
            "variant", "utter_ask_variant_notice", buttons, product=product.name(run.words.language)
        )
        raise AssertionError

    def _email(self, run: Run) -> str:
        given = run.turn.first("email")
        if given is not None:
            run.take("email", given)
        if not run.data.get("email"):
            customer_id = verified_customer(run.turn, run.services)
            if customer_id is not None:
                with run.services.database.reading() as session:
                    customer = access_customer(session, customer_id)
                if customer is not None:
                    run.data["email"] = customer.email
        if not run.data.get("email"):
            run.ask("email", "utter_ask_notice_email")
        return str(run.data["email"])
