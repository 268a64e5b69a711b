import type { TerminalConfig } from '../config/schema.ts';
import type { Language } from '../languages/language.ts';
import type { DeliveryShop } from '../magento/delivery/shop.ts';
import { type CurrencyFormat, money } from '../money/money.ts';
import { milliseconds } from '../platform/clock.ts';
import { terminalId } from '../platform/ids.ts';
import type { PriceSettings, TaxPlace } from '../pricing/price-book.ts';
import type { TillSettings } from '../till/ports.ts';
import { counterSettings, goodsSettings } from './counter.ts';

// What each room is told, out of the one configuration.

/** Magento's "NOT LOGGED IN". */
const guestGroupId = 0;

export function priceSettings({ prices, magento }: TerminalConfig, zone: string): PriceSettings {
  return {
    websiteId: magento.websiteId,
    storeId: magento.storeId,
    timeZone: zone,
    currency: prices.currency,
    pricesIncludeTax: prices.includeTax,
    taxAlgorithm: prices.taxAlgorithm,
    taxAfterDiscount: prices.taxAfterDiscount,
    discountIncludesTax: prices.discountIncludesTax,
    crossBorderTrade: prices.crossBorderTrade,
    origin: prices.origin,
    defaultCustomerTaxClassId: prices.defaultCustomerTaxClassId,
  };
}

export function deliveryShop({ magento }: TerminalConfig): DeliveryShop {
  return {
    storeId: magento.storeId,
    websiteId: magento.websiteId,
    sourceCode: magento.sourceCode,
    returnsSourceCode: magento.returnsSourceCode === '' ? null : magento.returnsSourceCode,
    address: magento.address,
    shippingMethod: magento.shippingMethod,
    paymentMethods: magento.paymentMethods,
    settleAfter: milliseconds(magento.settleAfter),
  };
}

export function currencyFormat({ prices, currency }: TerminalConfig): CurrencyFormat {
  return { code: prices.currency, ...currency };
}

export function tillSettings(config: TerminalConfig, language: Language): TillSettings {
  const { magento, terminal, till } = config;
  return {
    terminalId: terminalId(terminal.id),
    cashier: till.cashier,
    texts: language.screens,
    currency: currencyFormat(config),
    destination: counterPlace(config),
    guestGroupId,
    newCustomerGroupId: till.newCustomerGroupId,
    mailReceipts: config.receipt.email,
    notes: till.notes.map((note) => money(note)),
    largestChange: money(till.largestChange),
    counter: counterSettings(config),
    goods: goodsSettings(config),
    paymentMethod: magento.paymentMethods.cash,
    shippingMethod: `${magento.shippingMethod.carrier}_${magento.shippingMethod.method}`,
  };
}

/** Goods change hands in the shop, so the shop's own place decides the tax. */
export function counterPlace({ magento: { address } }: TerminalConfig): TaxPlace {
  return { countryId: address.countryId, regionId: address.regionId, postcode: address.postcode };
}
