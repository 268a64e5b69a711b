<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Stock\Reservations;
use Holdfast\Terminal\Model\Stock\Sources;
use Holdfast\Terminal\Model\Stock\StockMoves;
use Magento\Framework\Exception\AlreadyExistsException;
use Magento\Framework\Exception\NoSuchEntityException;
use Magento\Sales\Api\Data\ShipmentCreationArgumentsExtensionFactory;
use Magento\Sales\Api\Data\ShipmentCreationArgumentsInterfaceFactory;
use Magento\Sales\Api\InvoiceOrderInterface;
use Magento\Sales\Api\OrderRepositoryInterface;
use Magento\Sales\Api\ShipOrderInterface;
use Magento\Sales\Model\Order;
use Magento\Store\Api\Data\StoreInterface;
use Magento\Store\Api\StoreRepositoryInterface;

/**
 * Writes one sale: order, taxes, reservations, invoice, shipment, coupon counts. Runs inside a transaction, and shipping comes
 * late: sales that share a SKU wait for each other from there on.
 */
class SaleWriter
{
    public function __construct(
        private readonly StoreRepositoryInterface $stores,
        private readonly EarlierOrder $earlierOrder,
        private readonly GoodsLookup $goodsLookup,
        private readonly OrderBuilder $orderBuilder,
        private readonly OrderRepositoryInterface $orders,
        private readonly TaxRows $taxRows,
        private readonly Sources $sources,
        private readonly Reservations $reservations,
        private readonly StockMoves $moves,
        private readonly InvoiceOrderInterface $invoiceOrder,
        private readonly ShipOrderInterface $shipOrder,
        private readonly ShipmentCreationArgumentsInterfaceFactory $argumentsFactory,
        private readonly ShipmentCreationArgumentsExtensionFactory $argumentsExtensionFactory,
        private readonly CouponUsage $couponUsage
    ) {
    }

    /**
     * @return array{order_id: int, answer: array<string, mixed>}
     * @throws Refusal
     */
    public function write(SaleInterface $sale): array
    {
        $store = $this->store($sale);
        $this->sources->mustExist($sale->getSourceCode());
        $earlier = $this->earlierOrder->find($sale);
        if ($earlier !== null) {
            throw Refusal::conflict("Receipt {$sale->getReceiptNumber()} is already in order $earlier.");
        }
        $goods = $this->goodsLookup->find($this->skus($sale));
        $this->moves->open($sale->getSourceCode());
        try {
            $order = $this->saveOrder($sale, $store, $goods);
            $this->taxRows->write($order, $sale);
            $this->reserve($order, $store, $sale, $goods);
            $provisional = $order->getData('holdfast_payment') === OrderBuilder::PROVISIONAL;
            $invoiceId = $provisional ? null : (int)$this->invoiceOrder->execute($order->getId(), true, [], false);
            $shipmentId = $order->getIsVirtual() ? null : $this->ship($order, $sale);
            $warnings = $this->couponUsage->count($sale, $order->getCustomerId() ? (int)$order->getCustomerId() : null);
            return $this->written($sale, $invoiceId, $shipmentId, (int)$order->getId(), $warnings);
        } finally {
            $this->moves->close();
        }
    }

    /**
     * @throws Refusal
     */
    private function store(SaleInterface $sale): StoreInterface
    {
        try {
            $store = $this->stores->getById($sale->getStoreId());
        } catch (NoSuchEntityException $unknown) {
            throw Refusal::missing("The store that was requested wasn't found. Verify the store and try again.");
        }
        $base = $store->getBaseCurrencyCode();
        if ($base !== $sale->getCurrency()) {
            throw Refusal::invalid("The sale is not valid: currency {$sale->getCurrency()}, the store's is $base");
        }
        return $store;
    }

    /**
     * @return string[]
     */
    private function skus(SaleInterface $sale): array
    {
        return array_values(array_unique(array_map(static fn ($line): string => $line->getSku(), $sale->getLines())));
    }

    /**
     * @param array<string, Goods> $goods
     */
    private function saveOrder(SaleInterface $sale, StoreInterface $store, array $goods): Order
    {
        $order = $this->orderBuilder->build($sale, $store, $goods);
        if ($sale->getCustomerId() !== null && !$order->getCustomerId()) {
            $this->moves->warn("customer {$sale->getCustomerId()} unknown, saved as guest");
        }
        try {
            $this->orders->save($order);
        } catch (AlreadyExistsException $taken) {
            // Receipt numbers of tills are unique already; this one is an order of Magento's own, or somebody's import.
            throw Refusal::conflict("Order number {$sale->getReceiptNumber()} is already used by another order.");
        }
        return $order;
    }

    /**
     * @param array<string, Goods> $goods
     */
    private function reserve(Order $order, StoreInterface $store, SaleInterface $sale, array $goods): void
    {
        $reserved = [];
        $deleted = [];
        foreach ($sale->getLines() as $line) {
            $article = $goods[$line->getSku()];
            if ($article->isReserved()) {
                $reserved[$article->sku] = ($reserved[$article->sku] ?? 0.0) + $line->getQty();
            } elseif ($article->kind() === Goods::DELETED) {
                $deleted[$article->sku] = ($deleted[$article->sku] ?? 0.0) + $line->getQty();
            }
        }
        foreach (array_unique(array_filter(array_map(static fn ($one) => $one->warning(), $goods))) as $warning) {
            $this->moves->warn($warning);
        }
        ksort($reserved, SORT_STRING);
        ksort($deleted, SORT_STRING);
        $this->sources->addMissing($sale->getSourceCode(), array_map('strval', array_keys($reserved)));
        $this->reservations->placeForOrder($order, $store, $reserved);
        $this->sources->deductDeleted($sale->getSourceCode(), $deleted);
    }

    private function ship(Order $order, SaleInterface $sale): int
    {
        $arguments = $this->argumentsFactory->create();
        $extension = $this->argumentsExtensionFactory->create();
        $extension->setSourceCode($sale->getSourceCode());
        $arguments->setExtensionAttributes($extension);
        return (int)$this->shipOrder->execute($order->getId(), [], false, false, null, [], [], $arguments);
    }

    /**
     * @param string[] $warnings
     * @return array{order_id: int, answer: array<string, mixed>}
     */
    private function written(SaleInterface $sale, ?int $invoiceId, ?int $shipmentId, int $orderId, array $warnings): array
    {
        $order = $this->orders->get($orderId);
        return ['order_id' => $orderId, 'answer' => [
            'sale_id' => $sale->getSaleId(),
            'state' => $order->getState(),
            'status' => $order->getStatus(),
            'order_id' => $orderId,
            'increment_id' => $order->getIncrementId(),
            'invoice_id' => $invoiceId,
            'shipment_id' => $shipmentId,
            'reservations' => $this->moves->reservations(),
            'source_deductions' => $this->moves->deductions(),
            'warnings' => array_merge($this->moves->warnings(), $warnings),
        ]];
    }
}
