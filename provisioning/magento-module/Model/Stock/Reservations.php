<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Stock;

use Magento\InventorySalesApi\Api\Data\ItemToSellInterfaceFactory;
use Magento\InventorySalesApi\Api\Data\SalesChannelInterface;
use Magento\InventorySalesApi\Api\Data\SalesChannelInterfaceFactory;
use Magento\InventorySalesApi\Api\Data\SalesEventExtensionFactory;
use Magento\InventorySalesApi\Api\Data\SalesEventInterface;
use Magento\InventorySalesApi\Api\Data\SalesEventInterfaceFactory;
use Magento\InventorySalesApi\Api\PlaceReservationsForSalesEventInterface;
use Magento\Sales\Model\Order;
use Magento\Store\Api\Data\StoreInterface;
use Magento\Store\Api\WebsiteRepositoryInterface;

/**
 * Places reservations as Magento does for an order of its own. None of it asks whether there is stock.
 */
class Reservations
{
    public function __construct(
        private readonly PlaceReservationsForSalesEventInterface $place,
        private readonly ItemToSellInterfaceFactory $itemFactory,
        private readonly SalesChannelInterfaceFactory $channelFactory,
        private readonly SalesEventInterfaceFactory $eventFactory,
        private readonly SalesEventExtensionFactory $eventExtensionFactory,
        private readonly WebsiteRepositoryInterface $websites
    ) {
    }

    /**
     * @param array<string, float> $quantities By SKU, positive.
     */
    public function placeForOrder(Order $order, StoreInterface $store, array $quantities): void
    {
        $this->place($order, $store, SalesEventInterface::EVENT_ORDER_PLACED, $quantities, -1.0);
    }

    /**
     * Takes reservations of virtual goods back, which are deducted at the invoice.
     *
     * @param array<string, float> $quantities By SKU, positive.
     */
    public function takeBackForInvoice(Order $order, StoreInterface $store, array $quantities): void
    {
        $this->place($order, $store, SalesEventInterface::EVENT_INVOICE_CREATED, $quantities, 1.0);
    }

    /**
     * @param array<string, float> $quantities
     */
    private function place(Order $order, StoreInterface $store, string $event, array $quantities, float $sign): void
    {
        if (!$quantities) {
            return;
        }
        $items = [];
        foreach ($quantities as $sku => $quantity) {
            $items[] = $this->itemFactory->create(['sku' => (string)$sku, 'qty' => $sign * $quantity]);
        }
        $salesEvent = $this->eventFactory->create([
            'type' => $event,
            'objectType' => SalesEventInterface::OBJECT_TYPE_ORDER,
            'objectId' => (string)$order->getId(),
        ]);
        // By both, Magento's own check of reservations finds the order.
        $salesEvent->setExtensionAttributes($this->eventExtensionFactory->create([
            'data' => ['objectIncrementId' => (string)$order->getIncrementId()],
        ]));
        $this->place->execute($items, $this->channel($store), $salesEvent);
    }

    public function channel(StoreInterface $store): SalesChannelInterface
    {
        return $this->channelFactory->create(['data' => [
            'type' => SalesChannelInterface::TYPE_WEBSITE,
            'code' => $this->websites->getById((int)$store->getWebsiteId())->getCode(),
        ]]);
    }
}
