<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

/**
 * What the catalogue knows of an article that was sold, and hence how Magento's inventory has to be told.
 */
class Goods
{
    /** Shipped, and deducted by the shipment. */
    public const STOCKED = 'stocked';
    /** Never shipped: deducted at the invoice. */
    public const VIRTUAL = 'virtual';
    /**
     * No longer in the catalogue. Magento would leave it out of the shipment and keep its reservation for ever, so there is
     * none, and the source is deducted here.
     */
    public const DELETED = 'deleted';
    /**
     * A configurable, bundle or the like itself. Magento can neither ship it nor tell what left the shop: a line of text.
     */
    public const TEXT = 'text';

    public function __construct(
        public readonly string $sku,
        public readonly ?int $productId,
        public readonly ?string $typeId
    ) {
    }

    public function kind(): string
    {
        switch ($this->typeId) {
            case null:
                return self::DELETED;
            case 'simple':
                return self::STOCKED;
            case 'virtual':
            case 'downloadable':
                return self::VIRTUAL;
            default:
                return self::TEXT;
        }
    }

    /**
     * Whether Magento's own books keep its stock.
     */
    public function isReserved(): bool
    {
        return in_array($this->kind(), [self::STOCKED, self::VIRTUAL], true);
    }

    /**
     * `product_id` of the order item. A text line must not lead Magento to the product, which it would treat as such.
     */
    public function itemProductId(): ?int
    {
        return $this->isReserved() ? $this->productId : null;
    }

    /**
     * `product_type` of the order item. A deleted article stays simple: as virtual it would be deducted at the invoice too.
     */
    public function itemType(): string
    {
        return $this->isItemVirtual() ? 'virtual' : 'simple';
    }

    public function isItemVirtual(): bool
    {
        return in_array($this->kind(), [self::VIRTUAL, self::TEXT], true);
    }

    /**
     * What a person should know, if anything.
     */
    public function warning(): ?string
    {
        switch ($this->kind()) {
            case self::DELETED:
                return "product {$this->sku} does not exist";
            case self::TEXT:
                return "line {$this->sku} is a {$this->typeId} product, saved as a text line without stock movement";
            default:
                return null;
        }
    }
}
