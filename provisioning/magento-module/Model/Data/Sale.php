<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Holdfast\Terminal\Api\Data\SaleTotalsInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class Sale extends AbstractSimpleObject implements SaleInterface
{
    /**
     * @inheritdoc
     */
    public function getSaleId(): ?string
    {
        return $this->_get('sale_id');
    }

    /**
     * @inheritdoc
     */
    public function setSaleId(?string $saleId): void
    {
        $this->setData('sale_id', $saleId);
    }

    /**
     * @inheritdoc
     */
    public function getTerminalId(): ?string
    {
        return $this->_get('terminal_id');
    }

    /**
     * @inheritdoc
     */
    public function setTerminalId(?string $terminalId): void
    {
        $this->setData('terminal_id', $terminalId);
    }

    /**
     * @inheritdoc
     */
    public function getReceiptNumber(): ?string
    {
        return $this->_get('receipt_number');
    }

    /**
     * @inheritdoc
     */
    public function setReceiptNumber(?string $receiptNumber): void
    {
        $this->setData('receipt_number', $receiptNumber);
    }

    /**
     * @inheritdoc
     */
    public function getSoldAt(): ?string
    {
        return $this->_get('sold_at');
    }

    /**
     * @inheritdoc
     */
    public function setSoldAt(?string $soldAt): void
    {
        $this->setData('sold_at', $soldAt);
    }

    /**
     * @inheritdoc
     */
    public function getStoreId(): ?int
    {
        return $this->_get('store_id');
    }

    /**
     * @inheritdoc
     */
    public function setStoreId(?int $storeId): void
    {
        $this->setData('store_id', $storeId);
    }

    /**
     * @inheritdoc
     */
    public function getSourceCode(): ?string
    {
        return $this->_get('source_code');
    }

    /**
     * @inheritdoc
     */
    public function setSourceCode(?string $sourceCode): void
    {
        $this->setData('source_code', $sourceCode);
    }

    /**
     * @inheritdoc
     */
    public function getCurrency(): ?string
    {
        return $this->_get('currency');
    }

    /**
     * @inheritdoc
     */
    public function setCurrency(?string $currency): void
    {
        $this->setData('currency', $currency);
    }

    /**
     * @inheritdoc
     */
    public function getCustomerId(): ?int
    {
        return $this->_get('customer_id');
    }

    /**
     * @inheritdoc
     */
    public function setCustomerId(?int $customerId): void
    {
        $this->setData('customer_id', $customerId);
    }

    /**
     * @inheritdoc
     */
    public function getCustomerEmail(): ?string
    {
        return $this->_get('customer_email');
    }

    /**
     * @inheritdoc
     */
    public function setCustomerEmail(?string $customerEmail): void
    {
        $this->setData('customer_email', $customerEmail);
    }

    /**
     * @inheritdoc
     */
    public function getCouponCode(): ?string
    {
        return $this->_get('coupon_code');
    }

    /**
     * @inheritdoc
     */
    public function setCouponCode(?string $couponCode): void
    {
        $this->setData('coupon_code', $couponCode);
    }

    /**
     * @inheritdoc
     */
    public function getAppliedRuleIds(): ?string
    {
        return $this->_get('applied_rule_ids');
    }

    /**
     * @inheritdoc
     */
    public function setAppliedRuleIds(?string $appliedRuleIds): void
    {
        $this->setData('applied_rule_ids', $appliedRuleIds);
    }

    /**
     * @inheritdoc
     */
    public function getLines(): ?array
    {
        return $this->_get('lines');
    }

    /**
     * @inheritdoc
     */
    public function setLines(?array $lines): void
    {
        $this->setData('lines', $lines);
    }

    /**
     * @inheritdoc
     */
    public function getTotals(): ?SaleTotalsInterface
    {
        return $this->_get('totals');
    }

    /**
     * @inheritdoc
     */
    public function setTotals(?SaleTotalsInterface $totals): void
    {
        $this->setData('totals', $totals);
    }

    /**
     * @inheritdoc
     */
    public function getTenders(): ?array
    {
        return $this->_get('tenders');
    }

    /**
     * @inheritdoc
     */
    public function setTenders(?array $tenders): void
    {
        $this->setData('tenders', $tenders);
    }
}
