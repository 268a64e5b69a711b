<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Plugin;

use Holdfast\Terminal\Model\Stock\ManagedStock;
use Holdfast\Terminal\Model\Stock\Sources;
use Holdfast\Terminal\Model\Stock\StockMoves;
use Magento\InventorySourceDeductionApi\Model\SourceDeductionRequestInterface;
use Magento\InventorySourceDeductionApi\Model\SourceDeductionServiceInterface;

/**
 * While a till document is written, deducts also what the source does not have. Everybody else gets Magento's own service.
 */
class DeductWhatWasSold
{
    public function __construct(
        private readonly StockMoves $moves,
        private readonly ManagedStock $managedStock,
        private readonly Sources $sources
    ) {
    }

    public function aroundExecute(
        SourceDeductionServiceInterface $subject,
        callable $proceed,
        SourceDeductionRequestInterface $request
    ): void {
        if ($this->moves->sourceCode() === null) {
            $proceed($request);
            return;
        }
        $quantities = [];
        foreach ($request->getItems() as $item) {
            $quantities[$item->getSku()] = ($quantities[$item->getSku()] ?? 0.0) + (float)$item->getQty();
        }
        $managed = $this->managedStock->only($request->getSalesChannel(), $quantities);
        $this->sources->deduct($request->getSourceCode(), $managed);
    }
}
