import { sku } from '../../platform/ids.ts';
import { round } from './decimals.ts';
import { taxClassOf } from './inventory.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import { priceBook } from './prices.ts';
import { variantsOf } from './quotes.ts';
import { attributeOf, type Shop } from './shop.ts';

const guests = 0;

/** What one unit costs a guest today: the least of regular, special, catalogue-rule and single-unit tier price. */
function guestPrice(shop: Shop, product: Row): number {
  const book = priceBook(shop);
  const known = book.product(sku(textOf(product['sku'])));
  const today = shop.today();
  const regular = numberOf(product['price']);
  if (known === undefined) return regular;
  const special = known.specialPrice;
  const inForce = special !== null && (special.from ?? today) <= today && today <= (special.to ?? today);
  const tiers = known.tierPrices.filter((tier) => tier.quantity <= 1 && (tier.customerGroupId ?? guests) === guests);
  const rules = known.cataloguePrices.filter((price) => price.customerGroupId === guests && price.day === today);
  return Math.min(
    regular,
    ...(inForce && special !== null ? [special.price] : []),
    ...tiers.map(({ value }) => (value.type === 'fixed' ? value.price : regular * (1 - value.percent / 100))),
    ...rules.map((rule) => rule.price),
  );
}

interface Prices {
  readonly final: number;
  readonly regular: number;
  readonly highest: number;
  readonly highestRegular: number;
}

const rounded = (exact: Prices): Prices => ({
  final: round(exact.final, 2),
  regular: round(exact.regular, 2),
  highest: round(exact.highest, 2),
  highestRegular: round(exact.highestRegular, 2),
});

/** Regular and final price; of configurables and bundles those of their cheapest choice. */
function prices(shop: Shop, product: Row): Prices {
  const extension = rowOf(product['extension_attributes']);
  if (product['type_id'] === 'configurable') {
    const variants = variantsOf(shop, product);
    const finals = variants.map((variant) => guestPrice(shop, variant));
    const regulars = variants.map((variant) => numberOf(variant['price']));
    return {
      final: Math.min(...finals),
      regular: Math.min(...regulars),
      highest: Math.max(...finals),
      highestRegular: Math.max(...regulars),
    };
  }
  const options = rowsOf(extension['bundle_product_options']);
  if (options.length > 0) return bundlePrices(shop, options);
  const final = guestPrice(shop, product);
  return { final, regular: numberOf(product['price']), highest: final, highestRegular: final };
}

function bundlePrices(shop: Shop, options: readonly Row[]): Prices {
  const sum = (pick: (values: number[]) => number, of: (child: Row) => number): number =>
    round(
      options.reduce((total, option) => {
        const choices = rowsOf(option['product_links']).flatMap((link): number[] => {
          const child = shop.findProduct(textOf(link['sku']));
          return child === undefined ? [] : [of(child) * numberOf(link['qty'], 1)];
        });
        return choices.length === 0 ? total : total + pick(choices);
      }, 0),
      4,
    );
  const least = (values: number[]): number => Math.min(...values);
  const most = (values: number[]): number => Math.max(...values);
  const final = (child: Row): number => guestPrice(shop, child);
  const regular = (child: Row): number => numberOf(child['price']);
  return {
    final: sum(least, final),
    regular: sum(least, regular),
    highest: sum(most, final),
    highestRegular: sum(most, regular),
  };
}

const twoPlaces = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 });

const span = (value: number): string => `<span class="price">€${twoPlaces.format(round(value, 2))}</span>`;

/**
 * Without the tax that the shop's own customers pay. The tax is computed as for a cart whose rounding remainder starts at
 * 0.000001 (f16), and PHP prints 14 digits.
 */
function untaxed(shop: Shop, product: Row, price: number): number {
  const book = priceBook(shop);
  const rule = book.taxRules.find((candidate) => candidate.productTaxClassIds.includes(taxClassOf(product)));
  const rate = book.taxRates.find(
    (candidate) => rule?.taxRateIds.includes(candidate.id) && candidate.countryId === book.settings.origin.countryId,
  );
  return Number((price / (1 + (rate?.rate ?? 0) / 100) - 0.000001).toPrecision(14));
}

/** One item of `GET /V1/products-render-info` (`ProductRenderInterface`). */
export function renderInfo(shop: Shop, product: Row): Row {
  const { final, regular, highest, highestRegular } = rounded(prices(shop, product));
  const id = numberOf(product['id']);
  const without = (price: number): number => untaxed(shop, product, price);
  const page = `${base}${textOf(attributeOf(product, 'url_key'))}.html`;
  return {
    add_to_cart_button: cartButton(id),
    add_to_compare_button: {
      post_data: null,
      url: action('catalog/product_compare/add', String(id)),
      required_options: null,
    },
    price_info: {
      final_price: final,
      max_price: highest,
      max_regular_price: highestRegular,
      minimal_regular_price: final,
      special_price: null,
      minimal_price: final,
      regular_price: regular,
      formatted_prices: {
        final_price: span(final),
        max_price: span(highest),
        minimal_price: span(final),
        max_regular_price: span(highestRegular),
        minimal_regular_price: null,
        special_price: null,
        regular_price: span(regular),
      },
      extension_attributes: {
        msrp: {
          msrp_price: span(0),
          is_applicable: '',
          is_shown_price_on_gesture: '',
          msrp_message: '',
          explanation_message: explanation,
        },
        tax_adjustments: {
          final_price: without(final),
          max_price: without(highest),
          max_regular_price: without(highestRegular),
          minimal_regular_price: without(final),
          special_price: without(final),
          minimal_price: without(final),
          regular_price: without(regular),
          formatted_prices: {
            final_price: span(without(final)),
            max_price: span(without(highest)),
            max_regular_price: span(without(highestRegular)),
            minimal_regular_price: null,
            minimal_price: span(without(final)),
            special_price: span(without(final)),
            regular_price: span(without(regular)),
          },
        },
        weee_attributes: [],
        weee_adjustment: span(final),
      },
    },
    images: images(textOf(product['name'])),
    url: page,
    id,
    name: product['name'] ?? null,
    type: product['type_id'] ?? null,
    is_salable: '1',
    store_id: 1,
    currency_code: 'EUR',
    extension_attributes: {
      review_html: review(page),
      wishlist_button: { post_data: null, url: action('wishlist/index/add', id), required_options: null },
    },
  };
}

/** The recorded shop's base address. */
const base = 'http://127.0.0.1:8080/';

const explanation =
  'Our price is lower than the manufacturer&#039;s &quot;minimum advertised price.&quot; As a result, we cannot show you the price in catalog or the product page. <br><br> You have no obligation to purchase the product once you know the price. You can simply remove the item from your cart.';

const slashed = (value: Json): string => JSON.stringify(value).replaceAll('/', '\\/');

/** Where the page would go back to; the storefront's own affair. */
const uenc = '%uenc%';

const action = (path: string, product: Json): string => slashed({ action: `${base}${path}/`, data: { product, uenc } });

function cartButton(id: number): Row {
  const url = `${base}checkout/cart/add/uenc/%25uenc%25/product/${id}/`;
  return { post_data: slashed({ action: url, data: { product: String(id), uenc } }), url, required_options: false };
}

const review = (page: string): string => `    <div class="product-reviews-summary short empty">
        <div class="reviews-actions">
            <a class="action add" href="${page}#review-form">
                Be the first to review this product            </a>
        </div>
    </div>
`;

function images(label: string): Json {
  const image = (code: string, file: string, width: number, height: number): Row => ({
    url: `${base}static/version1795411967/frontend/Magento/luma/en_US/Magento_Catalog/images/product/placeholder/${file}.jpg`,
    code,
    height,
    width,
    label,
    resized_width: width,
    resized_height: height,
  });
  return ['viewed', 'compared'].flatMap((kind) => [
    image(`recently_${kind}_products_grid_content_widget`, 'small_image', 240, 300),
    image(`recently_${kind}_products_list_content_widget`, 'small_image', 270, 340),
    image(`recently_${kind}_products_images_names_widget`, kind === 'viewed' ? 'small_image' : 'thumbnail', 75, 90),
  ]);
}
