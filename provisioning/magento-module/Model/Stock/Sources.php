<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Stock;

use Holdfast\Terminal\Model\Refusal;
use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Adapter\AdapterInterface;
use Magento\Inventory\Model\SourceItem\Command\DecrementSourceItemQty;
use Magento\InventoryApi\Api\Data\SourceItemInterface;
use Magento\InventoryApi\Api\Data\SourceItemInterfaceFactory;

/**
 * Moves quantities in inventory sources, below zero too: what was handed over is gone, whatever the books say.
 */
class Sources
{
    public function __construct(
        private readonly ResourceConnection $resource,
        private readonly DecrementSourceItemQty $decrement,
        private readonly SourceItemInterfaceFactory $sourceItemFactory,
        private readonly StockMoves $moves
    ) {
    }

    /**
     * Magento would only find out when it writes the shipment, and not say what is wrong.
     *
     * @throws Refusal
     */
    public function mustExist(string $sourceCode): void
    {
        $select = $this->connection()->select()
            ->from($this->resource->getTableName('inventory_source'), 'source_code')
            ->where('source_code = ?', $sourceCode);
        if (!$this->connection()->fetchOne($select)) {
            throw Refusal::bad("There is no inventory source \"$sourceCode\".");
        }
    }

    /**
     * Rows with quantity 0 for SKUs that the source never had: without one Magento refuses to reserve. An existing row, also
     * one that is written at the same moment, stays as it is.
     *
     * @param string[] $skus
     */
    public function addMissing(string $sourceCode, array $skus): void
    {
        $missing = array_diff($skus, array_keys($this->quantities($sourceCode, $skus)));
        foreach ($missing as $sku) {
            $this->connection()->insertArray(
                $this->table(),
                ['source_code', 'sku', 'quantity', 'status'],
                [[$sourceCode, $sku, 0, SourceItemInterface::STATUS_IN_STOCK]],
                AdapterInterface::INSERT_IGNORE
            );
            $this->moves->warn("source item $sourceCode/$sku created");
        }
    }

    /**
     * Deducts, and lets Magento reindex.
     *
     * @param array<string, float> $quantities By SKU; negative: comes back.
     */
    public function deduct(string $sourceCode, array $quantities): void
    {
        if (!$quantities) {
            return;
        }
        // Always in the same order, so that two sales never wait for each other in a circle.
        ksort($quantities, SORT_STRING);
        $data = [];
        foreach ($quantities as $sku => $quantity) {
            $item = $this->sourceItemFactory->create();
            $item->setSourceCode($sourceCode);
            $item->setSku((string)$sku);
            $item->setQuantity(0.0);
            $item->setStatus(SourceItemInterface::STATUS_IN_STOCK);
            $data[] = ['source_item' => $item, 'qty_to_decrement' => $quantity];
        }
        $this->decrement->execute($data);
        $this->note($sourceCode, $quantities);
    }

    /**
     * Deducts goods that are no longer in the catalogue, where the source still has a row of them. Nothing to reindex.
     *
     * @param array<string, float> $quantities By SKU; negative: comes back.
     */
    public function deductDeleted(string $sourceCode, array $quantities): void
    {
        ksort($quantities, SORT_STRING);
        $found = [];
        foreach ($quantities as $sku => $quantity) {
            $changed = $this->connection()->update(
                $this->table(),
                ['quantity' => new \Zend_Db_Expr('quantity - (' . sprintf('%.4F', $quantity) . ')')],
                ['source_code = ?' => $sourceCode, 'sku = ?' => (string)$sku]
            );
            if ($changed > 0) {
                $found[$sku] = $quantity;
            }
        }
        $this->note($sourceCode, $found);
    }

    /**
     * @param array<string, float> $quantities
     */
    private function note(string $sourceCode, array $quantities): void
    {
        // The rows are ours until the commit: this is what they will hold.
        $left = $this->quantities($sourceCode, array_map('strval', array_keys($quantities)));
        foreach ($quantities as $sku => $quantity) {
            $this->moves->noteDeduction((string)$sku, $sourceCode, -$quantity);
            if ($quantity > 0 && ($left[$sku] ?? 0.0) < 0) {
                $this->moves->warn(sprintf('source %s/%s goes negative (%s)', $sourceCode, $sku, (string)$left[$sku]));
            }
        }
    }

    /**
     * @param string[] $skus
     * @return array<string, float> By SKU as asked for, of those that the source has.
     */
    private function quantities(string $sourceCode, array $skus): array
    {
        if (!$skus) {
            return [];
        }
        $select = $this->connection()->select()
            ->from($this->table(), ['sku', 'quantity'])
            ->where('source_code = ?', $sourceCode)
            ->where('sku IN (?)', $skus);
        $rows = [];
        foreach ($this->connection()->fetchPairs($select) as $sku => $quantity) {
            $rows[mb_strtolower((string)$sku)] = (float)$quantity;
        }
        $found = [];
        foreach ($skus as $sku) {
            if (isset($rows[mb_strtolower($sku)])) {
                $found[$sku] = $rows[mb_strtolower($sku)];
            }
        }
        return $found;
    }

    private function connection(): AdapterInterface
    {
        return $this->resource->getConnection();
    }

    private function table(): string
    {
        return $this->resource->getTableName('inventory_source_item');
    }
}
