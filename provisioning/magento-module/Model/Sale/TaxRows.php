<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Magento\Framework\App\ResourceConnection;
use Magento\Sales\Model\Order;

/**
 * Writes the order's taxes by rate, which tax reports and invoices read. Magento writes them only for orders of a quote.
 */
class TaxRows
{
    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    /**
     * @param Order $order Saved: its items have their ids, in the order of the sale's lines.
     */
    public function write(Order $order, SaleInterface $sale): void
    {
        $connection = $this->resource->getConnection();
        $itemIds = array_map(static fn ($item): int => (int)$item->getId(), array_values($order->getAllItems()));
        foreach ($this->byRate($sale) as $position => $tax) {
            $connection->insert($this->resource->getTableName('sales_order_tax'), [
                'order_id' => $order->getId(),
                'code' => $tax['code'],
                'title' => $tax['title'],
                'percent' => $tax['percent'],
                'amount' => $tax['amount'],
                'base_amount' => $tax['amount'],
                'base_real_amount' => $tax['amount'],
                'priority' => 0,
                'position' => $position,
                'process' => 0,
            ]);
            $taxId = (int)$connection->lastInsertId();
            $rows = [];
            foreach ($tax['lines'] as $index => $amount) {
                $rows[] = [
                    'tax_id' => $taxId,
                    'item_id' => $itemIds[$index],
                    'tax_percent' => $tax['percent'],
                    'amount' => $amount,
                    'base_amount' => $amount,
                    'real_amount' => $amount,
                    'real_base_amount' => $amount,
                    'taxable_item_type' => 'product',
                ];
            }
            $connection->insertMultiple($this->resource->getTableName('sales_order_tax_item'), $rows);
        }
    }

    /**
     * @return array<int, array{code: string, title: string, percent: float, amount: float, lines: array<int, float>}>
     */
    private function byRate(SaleInterface $sale): array
    {
        $taxes = [];
        foreach ($sale->getLines() as $index => $line) {
            foreach ($line->getTaxes() ?? [] as $tax) {
                $key = $tax->getCode() . ' ' . $tax->getPercent();
                $taxes[$key] ??= [
                    'code' => $tax->getCode(),
                    'title' => (string)$tax->getTitle() ?: $tax->getCode(),
                    'percent' => $tax->getPercent(),
                    'amount' => 0.0,
                    'lines' => [],
                ];
                $taxes[$key]['amount'] = round($taxes[$key]['amount'] + $tax->getAmount(), 4);
                $taxes[$key]['lines'][$index] = round(($taxes[$key]['lines'][$index] ?? 0.0) + $tax->getAmount(), 4);
            }
        }
        return array_values($taxes);
    }
}
