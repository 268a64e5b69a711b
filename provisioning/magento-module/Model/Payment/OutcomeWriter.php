<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Payment;

use Holdfast\Terminal\Api\Data\PaymentOutcomeInterface;
use Holdfast\Terminal\Model\Document\DocumentTable;
use Holdfast\Terminal\Model\Document\StoredDocument;
use Holdfast\Terminal\Model\LockedOrder;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Stock\StockMoves;
use Magento\Sales\Api\InvoiceOrderInterface;
use Magento\Sales\Api\OrderRepositoryInterface;
use Magento\Sales\Model\Order;

/**
 * Writes what became of one payment into the order. Runs inside a transaction.
 *
 * There is no invoice by amount: while one of its payments is open, all of the order is.
 */
class OutcomeWriter
{
    public function __construct(
        private readonly DocumentTable $documents,
        private readonly LockedOrder $lockedOrder,
        private readonly OrderRepositoryInterface $orders,
        private readonly InvoiceOrderInterface $invoiceOrder,
        private readonly Outcomes $outcomes,
        private readonly StockMoves $moves
    ) {
    }

    /**
     * @return array{order_id: int, answer: array<string, mixed>}
     * @throws Refusal
     */
    public function write(PaymentOutcomeInterface $outcome): array
    {
        $sale = $this->documents->find(DocumentTable::SALE, $outcome->getSaleId());
        if ($sale === null) {
            throw Refusal::unknown('sale_id', $outcome->getSaleId());
        }
        $this->mustBelong($sale, $outcome);
        $order = $this->lockedOrder->get($sale->orderId);
        $provisional = $this->references($sale, true);
        $latest = $this->latest($sale->orderId);
        $latest[$outcome->getPaymentReference()] = $outcome->getOutcome();
        $order->setData('holdfast_payment', $this->outcomes->payment($provisional, $latest));
        $settled = $this->outcomes->allApproved($provisional, $latest);
        if ($settled && $order->canUnhold()) {
            $order->unhold();
        } elseif (($outcome->isHold() ?? !$this->outcomes->isPaid($outcome->getOutcome())) && $order->canHold()) {
            // An order that is complete can't be held; its history and its payment column tell.
            $order->hold();
        }
        $order->addCommentToStatusHistory(trim(sprintf(
            'Payment %s %s %s',
            $outcome->getPaymentReference(),
            $outcome->getOutcome(),
            $outcome->getMessage()
        )));
        $this->orders->save($order);
        $invoiceId = $settled && $order->canInvoice() ? $this->invoice($order, $sale) : null;
        $order = $this->orders->get($sale->orderId);
        return ['order_id' => $sale->orderId, 'answer' => [
            'sale_id' => $outcome->getSaleId(),
            'state' => $order->getState(),
            'status' => $order->getStatus(),
            'invoice_id' => $invoiceId,
        ]];
    }

    /**
     * @throws Refusal
     */
    private function mustBelong(StoredDocument $sale, PaymentOutcomeInterface $outcome): void
    {
        if (!in_array($outcome->getPaymentReference(), $this->references($sale, false), true)) {
            throw Refusal::invalid(
                "The outcome is not valid: sale {$sale->id} has no payment {$outcome->getPaymentReference()}"
            );
        }
    }

    /**
     * @return string[]
     */
    private function references(StoredDocument $sale, bool $provisionalOnly): array
    {
        $references = [];
        foreach ($sale->contents['tenders'] ?? [] as $tender) {
            if ((string)($tender['reference'] ?? '') !== '' && (!$provisionalOnly || !empty($tender['provisional']))) {
                $references[] = (string)$tender['reference'];
            }
        }
        return $references;
    }

    /**
     * @return array<string, string> By reference.
     */
    private function latest(int $orderId): array
    {
        $latest = [];
        foreach ($this->documents->ofOrder(DocumentTable::OUTCOME, $orderId) as $document) {
            $latest[(string)$document->contents['payment_reference']] = (string)$document->contents['outcome'];
        }
        return $latest;
    }

    private function invoice(Order $order, StoredDocument $sale): int
    {
        // Virtual goods leave the till's source at the invoice.
        $this->moves->open((string)$sale->contents['source_code']);
        try {
            return (int)$this->invoiceOrder->execute($order->getId(), true, [], false);
        } finally {
            $this->moves->close();
        }
    }
}
