<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Plugin;

use Magento\Sales\Api\Data\OrderExtensionFactory;
use Magento\Sales\Api\Data\OrderInterface;
use Magento\Sales\Api\Data\OrderSearchResultInterface;
use Magento\Sales\Api\OrderRepositoryInterface;

/**
 * Shows over REST which till an order comes from and whether its payment is provisional.
 */
class TillOnOrder
{
    public function __construct(private readonly OrderExtensionFactory $extensionFactory)
    {
    }

    public function afterGet(OrderRepositoryInterface $subject, OrderInterface $order): OrderInterface
    {
        return $this->withTill($order);
    }

    public function afterGetList(
        OrderRepositoryInterface $subject,
        OrderSearchResultInterface $result
    ): OrderSearchResultInterface {
        array_map([$this, 'withTill'], $result->getItems());
        return $result;
    }

    private function withTill(OrderInterface $order): OrderInterface
    {
        $terminalId = $order->getData('holdfast_terminal_id');
        if ($terminalId !== null) {
            $extension = $order->getExtensionAttributes() ?? $this->extensionFactory->create();
            $extension->setHoldfastTerminalId($terminalId);
            $extension->setHoldfastPayment($order->getData('holdfast_payment'));
            $order->setExtensionAttributes($extension);
        }
        return $order;
    }
}
