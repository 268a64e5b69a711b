<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Stock;

use Magento\InventoryConfigurationApi\Api\GetStockItemConfigurationInterface;
use Magento\InventorySalesApi\Api\Data\SalesChannelInterface;
use Magento\InventorySalesApi\Api\GetStockBySalesChannelInterface;

/**
 * Knows for which goods the shop manages stock.
 */
class ManagedStock
{
    public function __construct(
        private readonly GetStockBySalesChannelInterface $stockBySalesChannel,
        private readonly GetStockItemConfigurationInterface $stockItemConfiguration
    ) {
    }

    /**
     * @param array<string, float> $quantities By SKU.
     * @return array<string, float> Those whose stock is managed.
     */
    public function only(SalesChannelInterface $channel, array $quantities): array
    {
        $stockId = (int)$this->stockBySalesChannel->execute($channel)->getStockId();
        return array_filter(
            $quantities,
            fn ($sku): bool => $this->stockItemConfiguration->execute((string)$sku, $stockId)->isManageStock(),
            ARRAY_FILTER_USE_KEY
        );
    }
}
