<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\CatalogRulePriceInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class CatalogRulePrice extends AbstractSimpleObject implements CatalogRulePriceInterface
{
    /**
     * @inheritdoc
     */
    public function getId(): int
    {
        return $this->_get('id');
    }

    /**
     * @inheritdoc
     */
    public function setId(int $id): void
    {
        $this->setData('id', $id);
    }

    /**
     * @inheritdoc
     */
    public function getSku(): string
    {
        return $this->_get('sku');
    }

    /**
     * @inheritdoc
     */
    public function setSku(string $sku): void
    {
        $this->setData('sku', $sku);
    }

    /**
     * @inheritdoc
     */
    public function getCustomerGroupId(): int
    {
        return $this->_get('customer_group_id');
    }

    /**
     * @inheritdoc
     */
    public function setCustomerGroupId(int $customerGroupId): void
    {
        $this->setData('customer_group_id', $customerGroupId);
    }

    /**
     * @inheritdoc
     */
    public function getWebsiteId(): int
    {
        return $this->_get('website_id');
    }

    /**
     * @inheritdoc
     */
    public function setWebsiteId(int $websiteId): void
    {
        $this->setData('website_id', $websiteId);
    }

    /**
     * @inheritdoc
     */
    public function getDate(): string
    {
        return $this->_get('date');
    }

    /**
     * @inheritdoc
     */
    public function setDate(string $date): void
    {
        $this->setData('date', $date);
    }

    /**
     * @inheritdoc
     */
    public function getPrice(): float
    {
        return $this->_get('price');
    }

    /**
     * @inheritdoc
     */
    public function setPrice(float $price): void
    {
        $this->setData('price', $price);
    }
}
