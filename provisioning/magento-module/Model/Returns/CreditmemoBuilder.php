<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Returns;

use Holdfast\Terminal\Model\Sale\Amounts;
use Magento\Sales\Model\Order;
use Magento\Sales\Model\Order\Creditmemo;
use Magento\Sales\Model\Order\CreditmemoFactory;

/**
 * Makes the credit memo of a return. Magento proposes figures; those of the till replace them.
 */
class CreditmemoBuilder
{
    public function __construct(private readonly CreditmemoFactory $creditmemoFactory)
    {
    }

    /**
     * @param array<int, array<string, float>> $allocated Quantity and amounts by order item id.
     */
    public function build(Order $order, string $number, array $allocated, string $comment): Creditmemo
    {
        $memo = $this->creditmemoFactory->createByOrder($order, [
            'qtys' => array_map(static fn (array $part): float => $part['qty'], $allocated),
            'shipping_amount' => 0,
            'adjustment_positive' => 0,
            'adjustment_negative' => 0,
        ]);
        $memo->setIncrementId($number);
        foreach ($memo->getAllItems() as $item) {
            $part = $allocated[(int)$item->getOrderItemId()] ?? null;
            if ($part !== null) {
                unset($part['qty'], $part['qty_to_stock']);
                $item->addData(Amounts::withBase($part));
            }
            // The goods go back to where the return was made, which this module sees to itself.
            $item->setBackToStock(false);
        }
        $memo->addData($this->totals($allocated));
        $memo->addComment($comment, false, false);
        return $memo;
    }

    /**
     * @param array<int, array<string, float>> $allocated
     */
    public function grandTotal(array $allocated): float
    {
        $sum = $this->sums($allocated);
        return round(
            $sum['row_total'] + $sum['tax_amount'] + $sum['discount_tax_compensation_amount'] - $sum['discount_amount'],
            2
        );
    }

    /**
     * @param array<int, array<string, float>> $allocated
     * @return array<string, float>
     */
    private function totals(array $allocated): array
    {
        $sum = $this->sums($allocated);
        return Amounts::withBase([
            'subtotal' => $sum['row_total'],
            'subtotal_incl_tax' => $sum['row_total_incl_tax'],
            'discount_amount' => 0 - $sum['discount_amount'],
            'tax_amount' => $sum['tax_amount'],
            'discount_tax_compensation_amount' => $sum['discount_tax_compensation_amount'],
            'shipping_amount' => 0,
            'shipping_tax_amount' => 0,
            'adjustment' => 0,
            'adjustment_positive' => 0,
            'adjustment_negative' => 0,
            'grand_total' => $this->grandTotal($allocated),
        ]);
    }

    /**
     * @param array<int, array<string, float>> $allocated
     * @return array<string, float>
     */
    private function sums(array $allocated): array
    {
        $sums = [];
        foreach ($allocated as $part) {
            foreach ($part as $field => $value) {
                $sums[$field] = round(($sums[$field] ?? 0.0) + $value, 4);
            }
        }
        return $sums;
    }
}
