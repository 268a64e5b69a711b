<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\ChangeInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class Change extends AbstractSimpleObject implements ChangeInterface
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
    public function getKind(): string
    {
        return $this->_get('kind');
    }

    /**
     * @inheritdoc
     */
    public function setKind(string $kind): void
    {
        $this->setData('kind', $kind);
    }

    /**
     * @inheritdoc
     */
    public function getRef(): string
    {
        return $this->_get('ref');
    }

    /**
     * @inheritdoc
     */
    public function setRef(string $ref): void
    {
        $this->setData('ref', $ref);
    }

    /**
     * @inheritdoc
     */
    public function getOp(): string
    {
        return $this->_get('op');
    }

    /**
     * @inheritdoc
     */
    public function setOp(string $op): void
    {
        $this->setData('op', $op);
    }

    /**
     * @inheritdoc
     */
    public function getAt(): string
    {
        return $this->_get('at');
    }

    /**
     * @inheritdoc
     */
    public function setAt(string $at): void
    {
        $this->setData('at', $at);
    }
}
