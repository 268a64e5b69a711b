<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\ChangeListInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class ChangeList extends AbstractSimpleObject implements ChangeListInterface
{
    /**
     * @inheritdoc
     */
    public function getChanges(): array
    {
        return $this->_get('changes') ?? [];
    }

    /**
     * @inheritdoc
     */
    public function setChanges(array $changes): void
    {
        $this->setData('changes', $changes);
    }

    /**
     * @inheritdoc
     */
    public function getNextCursor(): int
    {
        return $this->_get('next_cursor');
    }

    /**
     * @inheritdoc
     */
    public function setNextCursor(int $nextCursor): void
    {
        $this->setData('next_cursor', $nextCursor);
    }
}
