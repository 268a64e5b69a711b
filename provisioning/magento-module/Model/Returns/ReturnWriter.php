<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Returns;

use Holdfast\Terminal\Api\Data\SaleReturnInterface;
use Holdfast\Terminal\Model\Document\DocumentTable;
use Holdfast\Terminal\Model\LockedOrder;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Sale\Goods;
use Holdfast\Terminal\Model\Sale\GoodsLookup;
use Holdfast\Terminal\Model\Sale\TenderText;
use Holdfast\Terminal\Model\Stock\ManagedStock;
use Holdfast\Terminal\Model\Stock\Reservations;
use Holdfast\Terminal\Model\Stock\Sources;
use Holdfast\Terminal\Model\Stock\StockMoves;
use Magento\Sales\Api\CreditmemoManagementInterface;
use Magento\Sales\Api\OrderRepositoryInterface;
use Magento\Sales\Model\Order;

/**
 * Writes one return: credit memo with the figures as sent, and the goods back into the source. Runs inside a transaction.
 */
class ReturnWriter
{
    public function __construct(
        private readonly DocumentTable $documents,
        private readonly LockedOrder $lockedOrder,
        private readonly OrderRepositoryInterface $orders,
        private readonly Allocation $allocation,
        private readonly CreditmemoBuilder $creditmemoBuilder,
        private readonly CreditmemoManagementInterface $creditmemos,
        private readonly GoodsLookup $goodsLookup,
        private readonly ManagedStock $managedStock,
        private readonly Reservations $reservations,
        private readonly Sources $sources,
        private readonly StockMoves $moves,
        private readonly TenderText $tenderText
    ) {
    }

    /**
     * @return array{order_id: int, answer: array<string, mixed>}
     * @throws Refusal
     */
    public function write(SaleReturnInterface $return): array
    {
        $order = $this->lockedOrder->get($this->orderId($return));
        $this->sources->mustExist($return->getSourceCode());
        $allocated = $this->allocation->allocate($return->getLines(), $this->returnable($order));
        $grandTotal = $this->creditmemoBuilder->grandTotal($allocated);
        $this->mustBePaid($order, $grandTotal);
        $this->moves->open($return->getSourceCode());
        try {
            $comment = "Return {$return->getReturnNumber()}: " . $this->tenderText->all($return->getTenders() ?? []);
            $memo = $this->creditmemoBuilder->build($order, $return->getReturnNumber(), $allocated, $comment);
            $memo = $this->creditmemos->refund($memo, true);
            if ($return->isReturnToStock()) {
                $this->takeBack($order, $return->getSourceCode(), $allocated);
            }
            return ['order_id' => (int)$order->getId(), 'answer' => [
                'return_id' => $return->getReturnId(),
                'order_id' => (int)$order->getId(),
                'creditmemo_id' => (int)$memo->getEntityId(),
                'increment_id' => $memo->getIncrementId(),
                'order_state' => $this->orders->get($order->getId())->getState(),
                'grand_total' => $grandTotal,
                'reservations' => $this->moves->reservations(),
                'source_deductions' => $this->moves->deductions(),
                'warnings' => $this->moves->warnings(),
            ]];
        } finally {
            $this->moves->close();
        }
    }

    /**
     * @throws Refusal
     */
    private function orderId(SaleReturnInterface $return): int
    {
        $saleId = (string)$return->getSaleId();
        $sale = $saleId !== ''
            ? $this->documents->find(DocumentTable::SALE, $saleId)
            : $this->documents->findByNumber(DocumentTable::SALE, (string)$return->getReceiptNumber());
        if ($sale === null) {
            throw Refusal::unknown('sale', $saleId !== '' ? $saleId : (string)$return->getReceiptNumber());
        }
        return $sale->orderId;
    }

    /**
     * Nothing of a sale that is not invoiced: a payment is still provisional.
     *
     * @return array<int, array{sku: string, left: float}>
     */
    private function returnable(Order $order): array
    {
        $items = [];
        foreach ($order->getAllItems() as $item) {
            $items[(int)$item->getId()] = [
                'sku' => (string)$item->getSku(),
                'left' => round((float)$item->getQtyInvoiced() - (float)$item->getQtyRefunded(), 4),
            ];
        }
        return $items;
    }

    /**
     * @throws Refusal
     */
    private function mustBePaid(Order $order, float $grandTotal): void
    {
        $left = round((float)$order->getTotalPaid() - (float)$order->getTotalRefunded(), 2);
        if ($grandTotal < 0 || $grandTotal > $left) {
            throw Refusal::invalid("The return is not valid: it pays $grandTotal back, at most $left is left");
        }
    }

    /**
     * Into the source where the return is made, with no reservation: the sale's own were settled when it was written.
     *
     * @param array<int, array<string, float>> $allocated
     */
    private function takeBack(Order $order, string $sourceCode, array $allocated): void
    {
        $back = [];
        foreach ($allocated as $itemId => $part) {
            $sku = (string)$order->getItemById($itemId)->getSku();
            $back[$sku] = ($back[$sku] ?? 0.0) - $part['qty_to_stock'];
        }
        $back = array_filter($back, static fn (float $quantity): bool => $quantity < 0);
        $kept = [];
        $deleted = [];
        foreach ($this->goodsLookup->find(array_map('strval', array_keys($back))) as $sku => $article) {
            if ($article->isReserved()) {
                $kept[$article->sku] = $back[$sku];
            } elseif ($article->kind() === Goods::DELETED) {
                $deleted[$article->sku] = $back[$sku];
            }
        }
        $this->sources->addMissing($sourceCode, array_map('strval', array_keys($kept)));
        $this->sources->deduct(
            $sourceCode,
            $this->managedStock->only($this->reservations->channel($order->getStore()), $kept)
        );
        $this->sources->deductDeleted($sourceCode, $deleted);
    }
}
