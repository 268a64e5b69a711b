<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Returns;

use Holdfast\Terminal\Api\Data\ReturnLineInterface;
use Holdfast\Terminal\Model\Refusal;

/**
 * Decides which order items a return belongs to. Pure: an article may have been sold on several lines at several prices.
 */
class Allocation
{
    private const AMOUNTS = ['row_total', 'row_total_incl_tax', 'discount_amount', 'tax_amount',
        'discount_tax_compensation_amount'];

    /**
     * @param ReturnLineInterface[] $lines
     * @param array<int, array{sku: string, left: float}> $items What can still be returned, by order item id.
     * @return array<int, array<string, float>> Quantity (`qty`, of it `qty_to_stock`) and amounts by order item id.
     * @throws Refusal More than was sold and paid, less what came back before.
     */
    public function allocate(array $lines, array $items): array
    {
        $allocated = [];
        foreach ($lines as $line) {
            $parts = $this->parts($line, $items);
            foreach ($this->withAmounts($line, $parts) as $itemId => $part) {
                $items[$itemId]['left'] -= $part['qty'];
                foreach ($part as $field => $value) {
                    $allocated[$itemId][$field] = round(($allocated[$itemId][$field] ?? 0.0) + $value, 4);
                }
            }
        }
        return $allocated;
    }

    /**
     * @param array<int, array{sku: string, left: float}> $items
     * @return array<int, float> Quantities by order item id.
     */
    private function parts(ReturnLineInterface $line, array $items): array
    {
        $wanted = (float)$line->getQty();
        $parts = [];
        foreach ($items as $itemId => $item) {
            if (mb_strtolower($item['sku']) !== mb_strtolower((string)$line->getSku()) || $item['left'] <= 0) {
                continue;
            }
            $part = min($item['left'], $wanted);
            $wanted = round($wanted - $part, 4);
            $parts[$itemId] = $part;
            if ($wanted <= 0) {
                return $parts;
            }
        }
        throw Refusal::invalid("{$line->getSku()}: $wanted more than can be returned");
    }

    /**
     * Amounts in proportion to the quantities; the last part takes what rounding leaves.
     *
     * @param array<int, float> $parts
     * @return array<int, array<string, float>>
     */
    private function withAmounts(ReturnLineInterface $line, array $parts): array
    {
        $left = array_combine(self::AMOUNTS, [
            $line->getRowTotal(),
            $line->getRowTotalInclTax(),
            $line->getDiscountAmount(),
            $line->getTaxAmount(),
            $line->getDiscountTaxCompensationAmount(),
        ]);
        $whole = $left;
        $toStock = (float)($line->getQtyToStock() ?? $line->getQty());
        $last = array_key_last($parts);
        $result = [];
        foreach ($parts as $itemId => $quantity) {
            $result[$itemId] = ['qty' => $quantity, 'qty_to_stock' => min($quantity, $toStock)];
            $toStock = round($toStock - $result[$itemId]['qty_to_stock'], 4);
            foreach (self::AMOUNTS as $field) {
                $amount = $itemId === $last ? $left[$field] : round($whole[$field] * $quantity / $line->getQty(), 2);
                $left[$field] = round($left[$field] - $amount, 4);
                $result[$itemId][$field] = (float)$amount;
            }
        }
        return $result;
    }
}
