<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleLineInterface;
use Magento\Sales\Model\Order\Item;
use Magento\Sales\Model\Order\ItemFactory;

/**
 * Makes order items of a sale's lines, with the figures as sent.
 */
class OrderItems
{
    public function __construct(private readonly ItemFactory $itemFactory)
    {
    }

    public function make(SaleLineInterface $line, Goods $goods, int $storeId): Item
    {
        $item = $this->itemFactory->create();
        $item->addData([
            'store_id' => $storeId,
            'product_id' => $goods->itemProductId(),
            'product_type' => $goods->itemType(),
            'is_virtual' => (int)$goods->isItemVirtual(),
            // Otherwise Magento ships the whole part of it only.
            'is_qty_decimal' => (int)(fmod($line->getQty(), 1.0) !== 0.0),
            'sku' => $goods->sku,
            'name' => $line->getName(),
            'qty_ordered' => $line->getQty(),
            'product_options' => ['info_buyRequest' => ['qty' => $line->getQty()]],
            'applied_rule_ids' => (string)$line->getAppliedRuleIds() ?: null,
            'tax_percent' => $line->getTaxPercent(),
            'discount_percent' => 0,
            'weight' => 0,
            'row_weight' => 0,
            'no_discount' => 0,
            'free_shipping' => 0,
        ]);
        $item->addData(Amounts::withBase([
            'price' => $line->getPrice(),
            'original_price' => $line->getPrice(),
            'price_incl_tax' => $line->getPriceInclTax(),
            'row_total' => $line->getRowTotal(),
            'row_total_incl_tax' => $line->getRowTotalInclTax(),
            'tax_amount' => $line->getTaxAmount(),
            'discount_amount' => $line->getDiscountAmount(),
            'discount_tax_compensation_amount' => $line->getDiscountTaxCompensationAmount(),
        ]));
        return $item;
    }
}
