<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * One configuration value of a store view.
 *
 * @api
 */
interface SettingInterface
{
    /**
     * Configuration path.
     *
     * @return string
     */
    public function getPath(): string;

    /**
     * @param string $path
     * @return void
     */
    public function setPath(string $path): void;

    /**
     * E.g. `store default`.
     *
     * @return string
     */
    public function getScope(): string;

    /**
     * @param string $scope
     * @return void
     */
    public function setScope(string $scope): void;

    /**
     * Null: not set.
     *
     * @return string|null
     */
    public function getValue(): ?string;

    /**
     * @param string|null $value
     * @return void
     */
    public function setValue(?string $value): void;
}
