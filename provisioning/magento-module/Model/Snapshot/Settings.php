<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Snapshot;

use Holdfast\Terminal\Api\SettingsInterface;
use Holdfast\Terminal\Model\Data\Setting;
use Magento\Framework\App\Config\ScopeConfigInterface;
use Magento\Store\Api\StoreRepositoryInterface;
use Magento\Store\Model\ScopeInterface;

/**
 * @inheritdoc
 */
class Settings implements SettingsInterface
{
    /** What prices, taxes, dates and stock rest on. */
    private const PATHS = [
        'tax/calculation/algorithm',
        'tax/calculation/based_on',
        'tax/calculation/price_includes_tax',
        'tax/calculation/shipping_includes_tax',
        'tax/calculation/apply_after_discount',
        'tax/calculation/discount_tax',
        'tax/calculation/apply_tax_on',
        'tax/calculation/cross_border_trade_enabled',
        'tax/classes/default_customer_tax_class',
        'tax/classes/default_product_tax_class',
        'tax/defaults/country',
        'tax/defaults/region',
        'tax/defaults/postcode',
        'tax/weee/enable',
        'currency/options/base',
        'currency/options/default',
        'catalog/price/scope',
        'general/locale/timezone',
        'general/locale/code',
        'web/secure/base_url',
        'shipping/origin/country_id',
        'cataloginventory/options/can_subtract',
        'cataloginventory/item_options/backorders',
        'cataloginventory/item_options/manage_stock',
    ];

    public function __construct(
        private readonly ScopeConfigInterface $config,
        private readonly StoreRepositoryInterface $stores
    ) {
    }

    /**
     * @inheritdoc
     */
    public function getList(): array
    {
        $settings = [];
        foreach ($this->stores->getList() as $store) {
            // The admin's own store view sells nothing.
            if ((int)$store->getId() === 0) {
                continue;
            }
            foreach (self::PATHS as $path) {
                $value = $this->config->getValue($path, ScopeInterface::SCOPE_STORE, $store->getCode());
                $settings[] = new Setting([
                    'path' => $path,
                    'scope' => 'store ' . $store->getCode(),
                    'value' => $value === null ? null : (string)$value,
                ]);
            }
        }
        return $settings;
    }
}
