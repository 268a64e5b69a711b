<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * Something in the shop that was written.
 *
 * @api
 */
interface ChangeInterface
{
    /**
     * Rises, with gaps; commit order may differ.
     *
     * @return int
     */
    public function getId(): int;

    /**
     * @param int $id
     * @return void
     */
    public function setId(int $id): void;

    /**
     * What kind of record.
     *
     * @return string
     */
    public function getKind(): string;

    /**
     * @param string $kind
     * @return void
     */
    public function setKind(string $kind): void;

    /**
     * Which one, e.g. its SKU.
     *
     * @return string
     */
    public function getRef(): string;

    /**
     * @param string $ref
     * @return void
     */
    public function setRef(string $ref): void;

    /**
     * `i` inserted, `u` updated, `d` deleted.
     *
     * @return string
     */
    public function getOp(): string;

    /**
     * @param string $op
     * @return void
     */
    public function setOp(string $op): void;

    /**
     * When, UTC.
     *
     * @return string
     */
    public function getAt(): string;

    /**
     * @param string $at
     * @return void
     */
    public function setAt(string $at): void;
}
