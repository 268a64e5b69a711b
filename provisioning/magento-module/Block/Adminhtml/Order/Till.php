<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Block\Adminhtml\Order;

use Holdfast\Terminal\Model\Document\DocumentTable;
use Magento\Backend\Block\Template;
use Magento\Backend\Block\Template\Context;
use Magento\Framework\Registry;
use Magento\Sales\Model\Order;

/**
 * On the order's page: which till sold it, under which receipt, how it was paid, and what of that is provisional.
 */
class Till extends Template
{
    /**
     * @param mixed[] $data
     */
    public function __construct(
        Context $context,
        private readonly Registry $registry,
        private readonly DocumentTable $documents,
        array $data = []
    ) {
        parent::__construct($context, $data);
    }

    /**
     * Null for an order that no till has posted.
     *
     * @return array<string, mixed>|null Contents of the sale as posted.
     */
    public function getSale(): ?array
    {
        $order = $this->getOrder();
        $sales = $order === null ? [] : $this->documents->ofOrder(DocumentTable::SALE, (int)$order->getId());
        return $sales ? $sales[0]->contents : null;
    }

    public function getPayment(): string
    {
        $order = $this->getOrder();
        return $order === null ? '' : (string)$order->getData('holdfast_payment');
    }

    /**
     * @return string[] What became of payments, oldest first.
     */
    public function getOutcomes(): array
    {
        $order = $this->getOrder();
        $outcomes = $order === null ? [] : $this->documents->ofOrder(DocumentTable::OUTCOME, (int)$order->getId());
        return array_map(
            static fn ($document): string =>
                $document->contents['payment_reference'] . ': ' . $document->contents['outcome'],
            $outcomes
        );
    }

    private function getOrder(): ?Order
    {
        return $this->registry->registry('current_order');
    }
}
