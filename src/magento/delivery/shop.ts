import type { Duration } from '../../platform/clock.ts';

/** What delivery has to know of the shop; from the terminal's configuration, because REST does not tell it. */
export interface DeliveryShop {
  readonly storeId: number;
  readonly websiteId: number;
  /** The MSI source that the goods leave. Always named: without it Magento ships from `default`. */
  readonly sourceCode: string;
  /**
   * A source of this terminal alone, in no stock, through which what comes back goes to `sourceCode` where the shop has no
   * module; null: there is none.
   */
  readonly returnsSourceCode: string | null;
  /** The shop's own address: billing and shipping address of every counter sale. */
  readonly address: ShopAddress;
  readonly shippingMethod: { readonly carrier: string; readonly method: string };
  /** Magento payment method per tender; offline methods that are enabled in the shop. */
  readonly paymentMethods: { readonly cash: string; readonly card: string };
  /** After this long Magento can't still be working on a request whose reply was lost. */
  readonly settleAfter: Duration;
}

export interface ShopAddress {
  readonly firstname: string;
  readonly lastname: string;
  /** Empty: none. */
  readonly company: string;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2. */
  readonly countryId: string;
  readonly region: string;
  /** Magento's region id; 0: none. */
  readonly regionId: number;
  readonly regionCode: string;
  readonly telephone: string;
  readonly email: string;
}
