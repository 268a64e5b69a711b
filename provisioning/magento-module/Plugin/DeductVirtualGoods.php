<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Plugin;

use Holdfast\Terminal\Model\Stock\ManagedStock;
use Holdfast\Terminal\Model\Stock\Reservations;
use Holdfast\Terminal\Model\Stock\Sources;
use Holdfast\Terminal\Model\Stock\StockMoves;
use Magento\Framework\Event\Observer;
use Magento\InventoryShipping\Observer\VirtualSourceDeductionProcessor;
use Magento\Sales\Model\Order;
use Magento\Sales\Model\Order\Invoice;

/**
 * Magento deducts virtual goods at the invoice, from a source of its choosing, and only as far as there is stock; the rest of
 * the reservation then stays open for ever. A till's virtual goods leave the till's source, all of them.
 */
class DeductVirtualGoods
{
    public function __construct(
        private readonly StockMoves $moves,
        private readonly Sources $sources,
        private readonly ManagedStock $managedStock,
        private readonly Reservations $reservations
    ) {
    }

    public function aroundExecute(VirtualSourceDeductionProcessor $subject, callable $proceed, Observer $observer): void
    {
        $sourceCode = $this->moves->sourceCode();
        if ($sourceCode === null) {
            $proceed($observer);
            return;
        }
        /** @var Invoice $invoice */
        $invoice = $observer->getEvent()->getData('invoice');
        if ($invoice->getOrigData('entity_id')) {
            return;
        }
        $quantities = $this->virtualGoods($invoice);
        /** @var Order $order */
        $order = $invoice->getOrder();
        $store = $order->getStore();
        $managed = $this->managedStock->only($this->reservations->channel($store), $quantities);
        $this->sources->deduct($sourceCode, $managed);
        $this->reservations->takeBackForInvoice($order, $store, $quantities);
    }

    /**
     * @return array<string, float> By SKU, without text lines: those lead to no product.
     */
    private function virtualGoods(Invoice $invoice): array
    {
        $quantities = [];
        foreach ($invoice->getItems() as $invoiceItem) {
            $item = $invoiceItem->getOrderItem();
            if ($item->getIsVirtual() && $item->getProductId()) {
                $quantities[$item->getSku()] = ($quantities[$item->getSku()] ?? 0.0) + (float)$invoiceItem->getQty();
            }
        }
        ksort($quantities, SORT_STRING);
        return $quantities;
    }
}
